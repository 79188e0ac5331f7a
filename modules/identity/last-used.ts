/** When sessions and keys were used last, to the minute: written rarely, and never waited for. */
import type { Store } from '@basalt/kernel'

const COARSE_MS = 60_000

export interface Used {
  id: string
  /** As it is written down. */
  lastUsedAt: string | null
  /** The database's clock when that was read, in milliseconds. */
  nowMs: number
}

/**
 * @param set what to write of the row that was used
 * @param coarseMs how old what is written down may be
 */
export function createLastUsed<U extends Used>(
  store: Store,
  kind: string,
  set: (used: U) => Record<string, unknown>,
  coarseMs: () => number = () => COARSE_MS,
): (used: U) => void {
  const underWay = new Set<string>()
  return (used) => {
    const { id, lastUsedAt, nowMs } = used
    const isFresh = lastUsedAt !== null && Date.parse(lastUsedAt) > nowMs - Math.min(COARSE_MS, coarseMs())
    if (isFresh || underWay.has(id)) return
    underWay.add(id)
    store
      .commit([{ op: 'update', kind, id, set: set(used) }])
      // It ended meanwhile; or the database fails, which the next request tells.
      .catch(() => {})
      .finally(() => underWay.delete(id))
  }
}
