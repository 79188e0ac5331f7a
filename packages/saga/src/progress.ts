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

export interface Throttle {
  push(note: ProgressNote): void
  /** Forgets what waits: the run is over. */
  stop(): void
}

/** Hands on the newest note at most once an interval and one at a time: a chatty step must not load the journal. */
export function createThrottle(
  clock: Clock,
  intervalMs: number,
  write: (note: ProgressNote) => Promise<void>,
): Throttle {
  let waiting: ProgressNote | undefined
  let isBusy = false
  let isStopped = false
  let stopTimer = () => {}
  const next = () => {
    isBusy = false
    const note = waiting
    waiting = undefined
    if (note) send(note)
  }
  const rest = () => {
    if (!isStopped) stopTimer = clock.after(intervalMs, next)
  }
  const send = (note: ProgressNote) => {
    isBusy = true
    void write(note).finally(rest)
  }
  return {
    push(note) {
      if (isStopped) return
      if (isBusy) waiting = note
      else send(note)
    },
    stop() {
      isStopped = true
      stopTimer()
    },
  }
}
