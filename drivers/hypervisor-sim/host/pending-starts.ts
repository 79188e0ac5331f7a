import { createKeyedMutex } from './mutex.ts'

/** Starts that are under way: one at a time for a guest, until it runs or is told to stop. */
export interface PendingStarts {
  run<T>(vm: string, signal: AbortSignal, start: (signal: AbortSignal) => Promise<T>): Promise<T>
  /** Abort the guest's starts with `reason` and wait until they ended: none of them revives a guest that was stopped. */
  callOff(vm: string, reason: Error): Promise<void>
}

/** No starts. */
export function createPendingStarts(): PendingStarts {
  const turns = createKeyedMutex()
  const pending = new Map<string, Set<AbortController>>()

  return {
    async run(vm, signal, start) {
      const mine = new AbortController()
      const all = pending.get(vm) ?? new Set()
      pending.set(vm, all.add(mine))
      const either = AbortSignal.any([signal, mine.signal])
      try {
        return await turns.run(vm, async () => {
          either.throwIfAborted()
          return start(either)
        })
      } finally {
        all.delete(mine)
        if (all.size === 0 && pending.get(vm) === all) pending.delete(vm)
      }
    },
    async callOff(vm, reason) {
      const all = pending.get(vm)
      if (!all) return
      for (const one of all) one.abort(reason)
      await turns.run(vm, async () => {})
    },
  }
}
