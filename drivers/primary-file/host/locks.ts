/** Exclusive locks by name within this process, granted in the order of asking. */
export interface Locks {
  /**
   * Runs `work` while holding all of `keys`. Keys are taken in sorted order, so two callers cannot block each other.
   * Rejects with the signal's reason when it aborts before the locks are held.
   */
  run<T>(keys: readonly string[], signal: AbortSignal, work: () => Promise<T>): Promise<T>
}

function aborted(signal: AbortSignal): { promise: Promise<never>; stop: () => void } {
  let stop = () => {}
  const promise = new Promise<never>((_, reject) => {
    const listener = () => reject(signal.reason)
    signal.addEventListener('abort', listener, { once: true })
    stop = () => signal.removeEventListener('abort', listener)
  })
  return { promise, stop }
}

/** Makes an independent set of locks. */
export function createLocks(): Locks {
  const tails = new Map<string, Promise<void>>()

  async function acquire(key: string, signal: AbortSignal): Promise<() => void> {
    signal.throwIfAborted()
    const before = tails.get(key) ?? Promise.resolve()
    let release = () => {}
    const mine = new Promise<void>((resolve) => {
      release = resolve
    })
    const tail = before.then(() => mine)
    tails.set(key, tail)
    void tail.then(() => tails.get(key) === tail && tails.delete(key))
    const abort = aborted(signal)
    try {
      await Promise.race([before, abort.promise])
      return release
    } catch (error) {
      release()
      throw error
    } finally {
      abort.stop()
    }
  }

  return {
    async run(keys, signal, work) {
      const held: Array<() => void> = []
      try {
        for (const key of [...new Set(keys)].sort()) held.push(await acquire(key, signal))
        return await work()
      } finally {
        for (const release of held) release()
      }
    },
  }
}
