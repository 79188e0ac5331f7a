import type { Result } from '@basalt/contracts'
import type { Ledger } from '@basalt/transport'

/** A ledger that lives as long as its object: for simulated hosts by the thousand, which share one process and one disk. */
export function createMemoryLedger(): Ledger {
  const epochs = new Map<string, number>()
  const results = new Map<string, Result>()
  return {
    highestEpoch: (resource) => epochs.get(resource) ?? 0,
    async raiseEpoch(resource, epoch) {
      epochs.set(resource, Math.max(epoch, epochs.get(resource) ?? 0))
    },
    resultOf: (id) => results.get(id),
    async record(result) {
      results.set(result.id, result)
    },
    acknowledge: (id) => void results.delete(id),
    async close() {},
  }
}
