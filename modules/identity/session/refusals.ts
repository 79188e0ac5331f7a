/** Refused logins in the audit: each has its row before it is answered, and those of a moment share one commit. */
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises'
import { type AuditEntry, type Caller, entryOf, Problem, type Store } from '@basalt/kernel'
import type { UserRow } from '../user/user.resource.ts'

/** However many come: twenty commits a second at most, so that nobody else's wait behind them. */
const GATHER_MS = 50
/** Answered in one turn of the event loop; others have theirs in between. */
const ANSWERS_A_TURN = 4

interface Waiting {
  entry: AuditEntry
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

  async function write(): Promise<void> {
    await sleep(GATHER_MS)
    const all = gathered
    gathered = []
    const durable = store.commit(all.map(({ entry }) => ({ op: 'audit', entry })))
    const error: unknown = await durable.then(
      () => null,
      (reason: unknown) => reason,
    )
    for (let at = 0; at < all.length; at += ANSWERS_A_TURN) {
      for (const { resolve, reject } of all.slice(at, at + ANSWERS_A_TURN)) error === null ? resolve() : reject(error)
      await nextTurn()
    }
  }

  return {
    record: (entry) =>
      new Promise((resolve, reject) => {
        if (gathered.push({ entry, resolve, reject }) > 1) return
        const batch = write().finally(() => batches.delete(batch))
        batches.add(batch)
      }),
    async idle() {
      while (batches.size > 0) await Promise.all(batches)
    },
  }
}

/** Refusals of those who have not logged in are written down before they are answered. */
export const refusing =
  (refusals: Refusals, action: string) =>
  async (error: unknown, from: Caller, user?: UserRow): Promise<never> => {
    if (!(error instanceof Problem)) throw error
    const who = { ...from, user: user?.id ?? '', account: user?.account ?? '' }
    await refusals.record(entryOf(who, { action, resource: null, outcome: 'refused', code: error.code }))
    throw error
  }
