/** What remains of rows that are gone: proof that something was ours. */
import { isUuid } from '@basalt/resource'
import type { Row } from '../database.ts'
import type { Store } from '../store.ts'

/** Of these ids, those that were a resource of the kind and are gone, with their last columns (in snake case). */
export async function tombstonesOf(store: Store, kind: string, ids: readonly string[]): Promise<Map<string, Row>> {
  const asked = ids.filter(isUuid)
  if (asked.length === 0) return new Map()
  const rows = await store.database.query<{ id: string; data: Row }>(
    'select id, data from tombstone where kind = $1 and id = any($2::uuid[])',
    [kind, asked],
  )
  return new Map(rows.map(({ id, data }) => [id, data]))
}
