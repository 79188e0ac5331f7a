/** Who uses a resource, in words. */
import { tableName } from '@basalt/resource'
import type { Caller } from '../caller.ts'
import type { Referrer } from '../flush.ts'
import { spelled } from '../problem.ts'
import type { Store } from '../store.ts'

const NAMED = 3

/** What keeps a resource from being deleted, e.g. `2 hosts ("a", "b")`; what the caller cannot see is only counted. */
export async function usersOf(store: Store, kind: string, id: string, caller: Caller): Promise<string[]> {
  async function describe({ resource, column }: Referrer): Promise<string[]> {
    const rows = await store.database.query<{ name: string; account: string | null; total: number }>(
      `select name, ${resource.ownership === 'account' ? 'account' : 'null::uuid as account'}, count(*) over ()::int as total
         from "${tableName(resource)}" where "${column}" = $1 and id <> $1 order by created_at limit ${NAMED}`,
      [id],
    )
    const total = rows[0]?.total ?? 0
    if (total === 0) return []
    if (!caller.operator && resource.audience === 'operator') return ['what the platform keeps for it']
    const names = rows
      .filter(({ account }) => caller.operator || account === null || account === caller.account)
      .map(({ name }) => `"${name}"`)
    const list = names.length > 0 ? ` (${names.join(', ')}${total > names.length ? ', ...' : ''})` : ''
    return [`${total} ${spelled(total === 1 ? resource.kind : resource.plural)}${list}`]
  }
  const found = await Promise.all(store.catalogue.referrers(kind).map(describe))
  return [...new Set(found.flat())]
}
