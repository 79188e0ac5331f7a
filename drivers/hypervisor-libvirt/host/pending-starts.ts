/** The starts under way, one at a time for each guest; a stop can call them off. */
export interface PendingStarts {
  /** Runs a start after those of the same guest that came before it. */
  run<T>(vm: string, signal: AbortSignal, start: (signal: AbortSignal) => Promise<T>): Promise<T>
  /** Aborts the guest's starts with `reason` and waits until they have ended. */
  callOff(vm: string, reason: Error): Promise<void>
}

interface Pending {
  abort: AbortController
  ended: Promise<unknown>
}

/** Without it, a start that waits for its boot slot would revive a guest that was removed meanwhile. */
export function createPendingStarts(): PendingStarts {
  const pending = new Map<string, Pending[]>()

  return {
    async run(vm, signal, start) {
      const others = pending.get(vm) ?? []
      const abort = new AbortController()
      const either = AbortSignal.any([signal, abort.signal])
      const started = Promise.all(others.map(({ ended }) => ended)).then(() => {
        either.throwIfAborted()
        return start(either)
      })
      const own: Pending = { abort, ended: started.catch(() => undefined) }
      pending.set(vm, [...others, own])
      try {
        return await started
      } finally {
        const left = (pending.get(vm) ?? []).filter((each) => each !== own)
        if (left.length > 0) pending.set(vm, left)
        else pending.delete(vm)
      }
    },
    async callOff(vm, reason) {
      const all = pending.get(vm) ?? []
      for (const { abort } of all) abort.abort(reason)
      await Promise.all(all.map(({ ended }) => ended))
    },
  }
}
