/** Forgets what nobody can ask for any more, so that the database does not grow with time alone. */
import { tableName } from '@basalt/resource'
import type { Database } from './database.ts'
import type { Operation } from './operations.ts'
import { eventDays, journalDays, settingChangeDays, taskDays, tombstoneDays } from './settings/kernel.settings.ts'
import type { Settings } from './settings/settings.ts'
import type { Store } from './store.ts'

/** Rows removed by one statement: short transactions, so that nobody waits for the janitor. */
const BATCH = 5_000

const olderThan = (column: string, days: number): string => `${column} < now() - interval '${days} days'`

const statements = ({ get }: Settings): readonly string[] => [
  `delete from idempotency where (account, key) in (select account, key from idempotency where at < now() - interval '24 hours' limit ${BATCH})`,
  `delete from batch where id in (select id from batch where at < now() - interval '25 hours' limit ${BATCH})`,
  `delete from event where seq in (select seq from event where ${olderThan('at', get(eventDays))} order by seq limit ${BATCH})`,
  `delete from ticket where hash in (select hash from ticket where expires_at < now() limit ${BATCH})`,
  `delete from tombstone where (id, kind) in (select id, kind from tombstone where ${olderThan('deleted_at', get(tombstoneDays))} limit ${BATCH})`,
  `delete from journal where task in (select id from task where ${olderThan('finished_at', get(journalDays))} limit ${BATCH})`,
  `delete from nonce where (scope, value) in (select scope, value from nonce where expires_at < now() limit ${BATCH})`,
  `delete from attempt where key in (select key from attempt where due < now() limit ${BATCH})`,
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
  const table = tableName(store.catalogue.resource(kind))
  for (;;) {
    const rows = await store.database.query<{ id: string }>(`select id from "${table}" where ${condition} limit 500`)
    if (rows.length === 0) return
    await store.commit(rows.map(({ id }): Operation => ({ op: 'delete', kind, id })))
  }
}

/** One round. Kinds with a field `expiresAt` are those whose rows end by themselves. */
export async function tidy(store: Store, settings: Settings): Promise<void> {
  for (const statement of statements(settings)) await repeat(store.database, statement)
  const kinds = store.catalogue.resources.filter(({ fields }) => fields.expiresAt).map(({ kind }) => kind)
  for (const kind of kinds) await removeRows(store, kind, 'expires_at < now()')
  await removeRows(store, 'task', olderThan('finished_at', settings.get(taskDays)))
  await removeRows(store, 'settingChange', olderThan('created_at', settings.get(settingChangeDays)))
}

const HOUR_MS = 3_600_000

/**
 * Tidies every hour; with several nodes each does, which does no harm. Returns a function that ends it.
 * @param others what else grows
 */
export function startJanitor(
  store: Store,
  settings: Settings,
  others: readonly (() => Promise<void>)[],
  onError: (error: unknown) => void,
): () => void {
  async function round(): Promise<void> {
    for (const work of [() => tidy(store, settings), ...others]) await work().catch(onError)
  }
  const timer = setInterval(() => void round(), HOUR_MS)
  return () => clearInterval(timer)
}
