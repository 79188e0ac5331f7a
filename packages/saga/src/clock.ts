/** Time as the engine sees it; tests bring their own. */
export interface Clock {
  /** Milliseconds; only differences count. */
  now(): number
  /** Calls once after `ms`; the returned function takes the call back. */
  after(ms: number, call: () => void): () => void
}

/** The machine's clock. */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, call) {
    const timer = setTimeout(call, ms)
    return () => clearTimeout(timer)
  },
}

/** Waits `ms`, or less when the signal is aborted (then resolves as well: the caller looks at the signal). */
export function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve()
    const wake = () => {
      stop()
      signal.removeEventListener('abort', wake)
      resolve()
    }
    const stop = clock.after(ms, wake)
    signal.addEventListener('abort', wake, { once: true })
  })
}
