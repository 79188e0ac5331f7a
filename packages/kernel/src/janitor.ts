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
  `delete from nonce where (scope, value) in (select scope, value from nonce where expires_at < now() limit ${BATCH})`,
  `delete from attempt where key in (select key from attempt where due < now() order by key limit ${BATCH} for update skip locked)`,
]

async function repeat(database: Database, statement: string): Promise<void> {
  for (;;) {
    const [{ count = 0 } = {}] = await database.query<{ count: number }>(
      `with gone as (${statement} returning 1) select count(*) as count from gone`,
    )
    if (count < BATCH) return
  }
}

/**
 * Steps of tasks that ended long ago, and of tasks that are gone. The whole journal is walked, in the order of its key: that needs no
 * further index, which each step would have to write.
 */
async function removeJournals(database: Database, days: number): Promise<void> {
  let last = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const rows = await database.query<{ task: string }>(
      `with slice as (select task from journal where task > $1 order by task limit ${BATCH}),
        ended as (select distinct s.task from slice s left join task t on t.id = s.task
          where t.id is null or ${olderThan('t.finished_at', days)}),
        gone as (delete from journal where task in (select task from ended))
        select task from slice order by task desc limit 1`,
      [last],
    )
    if (!rows[0]) return
    last = rows[0].task
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
  const taskAge = settings.get(taskDays)
  await removeJournals(store.database, Math.min(settings.get(journalDays), taskAge))
  const kinds = store.catalogue.resources.filter(({ fields }) => fields.expiresAt).map(({ kind }) => kind)
  for (const kind of kinds) await removeRows(store, kind, 'expires_at < now()')
  // Both, since only the former has an index, and none ends before it began.
  await removeRows(store, 'task', `${olderThan('created_at', taskAge)} and ${olderThan('finished_at', taskAge)}`)
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
