/** Who uses a resource, in words. */
import { isFor, tableName } from '@basalt/resource'
import { audienceOf } from '../access/grants.ts'
import type { Caller } from '../caller.ts'
import type { Referrer } from '../flush/catalogue.ts'
import { spelled } from '../problem.ts'
import { binSql } from '../recycle/bin.ts'
import type { Store } from '../store.ts'
import { visibleSql } from '../visibility.ts'

const NAMED = 3

/** What keeps a resource from being deleted, e.g. `2 hosts ("a", "b")`; what the caller cannot see is only counted. */
export async function usersOf(store: Store, kind: string, id: string, caller: Caller): Promise<string[]> {
  async function describe({ resource, column }: Referrer): Promise<string[]> {
    const values: unknown[] = [id]
    const rows = await store.database.query<{ name: string; shown: boolean; total: number; recycled: number }>(
      `select name, ${visibleSql(resource, caller, values)} as shown, count(*) over ()::int as total,
              count(*) filter (where ${binSql(resource, true)}) over ()::int as recycled
         from "${tableName(resource)}" where "${column}" = $1 and id <> $1 order by created_at limit ${NAMED}`,
      values,
    )
    const total = rows[0]?.total ?? 0
    if (total === 0) return []
    if (!isFor(resource.audience, audienceOf(caller))) return ['what the platform keeps for it']
    const names = rows.filter(({ shown }) => shown).map(({ name }) => `"${name}"`)
    const list = names.length > 0 ? ` (${names.join(', ')}${total > names.length ? ', ...' : ''})` : ''
    const recycled = rows[0]?.recycled ?? 0
    const inBin =
      recycled === 0 ? '' : recycled === total ? ' in the recycle bin' : `, ${recycled} of them in the recycle bin`
    return [`${total} ${spelled(total === 1 ? resource.kind : resource.plural)}${list}${inBin}`]
  }
  const found = await Promise.all(store.catalogue.referrers(kind).map(describe))
  return [...new Set(found.flat())]
}
