/** Forgets what nobody can ask for any more, so that the database does not grow with time alone. */
import type { Database } from './database.ts'
import type { Operation } from './operations.ts'
import type { Store } from './store.ts'

/** How long finished things are kept, in days. */
export const RETENTION_DAYS = { events: 30, journals: 7, tasks: 90, tombstones: 90, audit: 365 } as const

/** Rows removed by one statement: short transactions, so that nobody waits for the janitor. */
const BATCH = 5_000

const STATEMENTS: readonly string[] = [
  `delete from idempotency where (account, key) in (select account, key from idempotency where at < now() - interval '24 hours' limit ${BATCH})`,
  `delete from event where seq in (select seq from event where at < now() - interval '${RETENTION_DAYS.events} days' order by seq limit ${BATCH})`,
  `delete from tombstone where (id, kind) in (select id, kind from tombstone where deleted_at < now() - interval '${RETENTION_DAYS.tombstones} days' limit ${BATCH})`,
  `delete from journal where task in (select id from task where finished_at < now() - interval '${RETENTION_DAYS.journals} days' limit ${BATCH})`,
]

async function repeat(database: Database, statement: string): Promise<void> {
  for (;;) {
    const [{ count = 0 } = {}] = await database.query<{ count: number }>(
      `with gone as (${statement} returning 1) select count(*) as count from gone`,
    )
    if (count < BATCH) return
  }
}

/** Rows of kinds go as everywhere else, with an event, so that watchers forget them too. */
async function removeRows(store: Store, kind: string, condition: string): Promise<void> {
  for (;;) {
    const rows = await store.database.query<{ id: string }>(`select id from "${kind}" where ${condition} limit 500`)
    if (rows.length === 0) return
    await store.commit(rows.map(({ id }): Operation => ({ op: 'delete', kind, id })))
  }
}

/** One round. Kinds with a field `expiresAt` are those whose rows end by themselves. */
export async function tidy(store: Store): Promise<void> {
  for (const statement of STATEMENTS) await repeat(store.database, statement)
  const kinds = store.catalogue.resources.filter(({ fields }) => fields.expiresAt).map(({ kind }) => kind)
  for (const kind of kinds) await removeRows(store, kind, 'expires_at < now()')
  await removeRows(store, 'task', `finished_at < now() - interval '${RETENTION_DAYS.tasks} days'`)
}

const HOUR_MS = 3_600_000

/**
 * Tidies every hour; with several nodes each does, which does no harm. Returns a function that ends it.
 * @param others what else grows
 */
export function startJanitor(
  store: Store,
  others: readonly (() => Promise<void>)[],
  onError: (error: unknown) => void,
): () => void {
  async function round(): Promise<void> {
    for (const work of [() => tidy(store), ...others]) await work().catch(onError)
  }
  const timer = setInterval(() => void round(), HOUR_MS)
  return () => clearInterval(timer)
}
