/**
 * Events of a database that was copied into another PostgreSQL: a backup that was restored, a move to a server of its own. The stream is
 * ordered by transaction ids, and those begin anew in a new cluster: what came over would lie in the future, unread, and behind
 * everything that happens from now on.
 */
import { type Resource, tableName } from '@basalt/resource'
import type { Query } from './database.ts'

/** The first that PostgreSQL ever gives: before everything that this cluster will write. */
export const OLDEST_XID = '3'

const IS_FROM_ELSEWHERE = `
select coalesce((select xid from event order by event.xid desc, event.seq desc limit 1) > pg_current_xact_id(), false) as answer`

/** The order is that of the numbers alone from now on: it goes on with the first that was not read, and something may be told twice. */
const moved = (table: string): string => `
update "${table}" follower set cursor = '${OLDEST_XID}-' || coalesce(
  (select min(seq) - 1 from event
    where (xid, seq) > (split_part(follower.cursor, '-', 1)::xid8, split_part(follower.cursor, '-', 2)::bigint)),
  (select max(seq) from event))`

/**
 * Makes what came over the past. Answers whether there was any. Kinds with a field `cursor` are those that follow the stream, besides
 * observers.
 */
export async function settleRestored(query: Query, resources: readonly Resource[]): Promise<boolean> {
  const [found] = await query<{ answer: boolean }>(IS_FROM_ELSEWHERE)
  if (!found?.answer) return false
  const followers = ['observer', ...resources.filter(({ fields }) => fields.cursor).map(tableName)]
  for (const table of followers) await query(moved(table))
  await query(`update event set xid = '${OLDEST_XID}'`)
  return true
}
