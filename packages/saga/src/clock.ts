/** Time as the engine sees it; tests bring their own. */
export interface Clock {
  /** Calls once after `ms`; the returned function takes the call back. */
  after(ms: number, call: () => void): () => void
}

/** The machine's clock. */
export const systemClock: Clock = {
  after(ms, call) {
    const timer = setTimeout(call, ms)
    return () => clearTimeout(timer)
  },
}

/** A pause of `ms`; `wake` ends it early. */
export function pause(clock: Clock, ms: number): { over: Promise<void>; wake: () => void } {
  let wake = () => {}
  const over = new Promise<void>((resolve) => {
    const stop = clock.after(ms, resolve)
    wake = () => {
      stop()
      resolve()
    }
  })
  return { over, wake }
}
