/** Refused logins in the audit: each has its row before it is answered, and those of a moment share one commit. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type AuditEntry, type Caller, entryOf, Problem, type Store } from '@basalt/kernel'
import type { UserRow } from '../user/user.resource.ts'

/** However many come: twenty commits a second at most, so that nobody else's wait behind them. */
const GATHER_MS = 50

interface Waiting {
  entry: AuditEntry
  atMs: number
  resolve(): void
  reject(error: unknown): void
}

export interface Refusals {
  /** Resolves when it is durable. */
  record(entry: AuditEntry): Promise<void>
  /** Resolves when nothing is waiting any more. */
  idle(): Promise<void>
}

export function createRefusals(store: Store): Refusals {
  let gathered: Waiting[] = []
  /** The one that gathers still, and those whose commits are not over. */
  const batches = new Set<Promise<void>>()

  /** Told as long after one another as they came: all at once would be a burst that others wait behind. */
  async function tell({ atMs, resolve, reject }: Waiting, begunAtMs: number, durable: Promise<unknown>): Promise<void> {
    await Promise.allSettled([durable])
    await sleep(atMs - begunAtMs)
    await durable.then(() => resolve(), reject)
  }

  async function write(begunAtMs: number): Promise<void> {
    await sleep(GATHER_MS)
    const all = gathered
    gathered = []
    const durable = store.commit(all.map(({ entry }) => ({ op: 'audit', entry })))
    await Promise.all(all.map((each) => tell(each, begunAtMs, durable)))
  }

  return {
    record: (entry) =>
      new Promise((resolve, reject) => {
        const atMs = performance.now()
        if (gathered.push({ entry, atMs, resolve, reject }) > 1) return
        const batch = write(atMs).finally(() => batches.delete(batch))
        batches.add(batch)
      }),
    async idle() {
      while (batches.size > 0) await Promise.all(batches)
    },
  }
}

/** Writes down that somebody was refused. */
export const noting =
  (refusals: Refusals, action: string) =>
  (why: Problem, from: Caller, user?: UserRow): Promise<void> => {
    const who = { ...from, user: user?.id ?? '', account: user?.account ?? '' }
    return refusals.record(entryOf(who, { action, resource: null, outcome: 'refused', code: why.code }))
  }

/** Refusals of those who have not logged in are written down before they are answered. */
export const refusing = (refusals: Refusals, action: string) => {
  const note = noting(refusals, action)
  return async (error: unknown, from: Caller, user?: UserRow): Promise<never> => {
    if (error instanceof Problem) await note(error, from, user)
    throw error
  }
}
