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

/**
 * Hands on the newest note an interval after the first one came, and one at a time: neither a chatty step nor a run that is over at
 * once loads the journal.
 */
export function createThrottle(
  clock: Clock,
  intervalMs: number,
  write: (note: ProgressNote) => Promise<void>,
): Throttle {
  let waiting: ProgressNote | undefined
  let isBusy = false
  let isStopped = false
  let stopTimer = () => {}
  const rest = () => {
    isBusy = true
    stopTimer = clock.after(intervalMs, send)
  }
  const send = () => {
    const note = waiting
    waiting = undefined
    if (note) void write(note).finally(next)
  }
  const next = () => {
    isBusy = false
    if (waiting && !isStopped) rest()
  }
  return {
    push(note) {
      if (isStopped) return
      // A step that has nothing to say does not take back what was said.
      waiting = { ...note, message: note.message ?? waiting?.message }
      if (!isBusy) rest()
    },
    stop() {
      isStopped = true
      stopTimer()
    },
  }
}
