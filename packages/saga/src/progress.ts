import type { Clock } from './clock.ts'
import type { SagaDefinition } from './define.ts'

/** Percent of the whole run per step: `from` when it begins, `share` of the whole. */
export function percentOf(saga: SagaDefinition, index: number, percentOfStep: number): number {
  const weights = saga.steps.map((step) => step.options.weight ?? 1)
  const total = weights.reduce((sum, weight) => sum + weight, 0) || 1
  const before = weights.slice(0, index).reduce((sum, weight) => sum + weight, 0)
  const inside = ((weights[index] ?? 0) * Math.min(100, Math.max(0, percentOfStep || 0))) / 100
  return Math.round(((before + inside) / total) * 1000) / 10
}

export interface ProgressNote {
  index: number
  step: string
  percent: number
  message?: string
}

/** Hands on the newest note at most once an interval and one at a time: a chatty step must not load the journal. */
export function createThrottle(clock: Clock, intervalMs: number, write: (note: ProgressNote) => Promise<void>) {
  let waiting: ProgressNote | undefined
  let busy = false
  let stopTimer = () => {}
  const next = () => {
    busy = false
    const note = waiting
    waiting = undefined
    if (note) send(note)
  }
  const send = (note: ProgressNote) => {
    busy = true
    const rest = () => {
      stopTimer = clock.after(intervalMs, next)
    }
    void write(note).finally(rest)
  }
  return {
    push(note: ProgressNote): void {
      if (busy) waiting = note
      else send(note)
    },
    /** Forgets what waits: the step is over, its record says more. */
    clear(): void {
      waiting = undefined
    },
    stop(): void {
      waiting = undefined
      stopTimer()
    },
  }
}
