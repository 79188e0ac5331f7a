import { setTimeout as sleep } from 'node:timers/promises'

/** How a simulated component lets time pass; tests may give one that does not really wait. */
export interface SimulatedClock {
  /** Resolves after `ms`; rejects with the signal's reason when that is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>
}

/** Real time. */
export const realClock: SimulatedClock = {
  async sleep(ms, signal) {
    signal?.throwIfAborted()
    if (ms <= 0) return
    try {
      await sleep(ms, undefined, { signal })
    } catch (error) {
      signal?.throwIfAborted()
      throw error
    }
  },
}
