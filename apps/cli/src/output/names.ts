/** Names for the ids that a table shows. */
import type { Kind, KindField } from '@basalt/resource'
import { ApiProblem, type Cloud, collect } from '@basalt/sdk'
import type { Catalogue } from '../catalogue.ts'
import { concrete } from '../input/concrete.ts'
import { labelOf, type Row } from '../input/references.ts'
import type { Names } from './humanize.ts'

/** Up to so many are asked for one by one; beyond it their list is read. */
const ONE_BY_ONE = 8
const MOST = 1000

async function rowsOf(cloud: Cloud, kind: Kind, ids: readonly string[]): Promise<Row[]> {
  if (ids.length > ONE_BY_ONE) return collect(cloud.http.list<Row>(kind.path, { limit: MOST }), MOST)
  const rows = await Promise.all(
    ids.map((id) =>
      cloud.http.call<Row>('GET', `${kind.path}/${id}`).catch((error: unknown) => {
        // Deleted meanwhile, or not ours to see: its id is shown.
        if (error instanceof ApiProblem && [403, 404].includes(error.status)) return undefined
        throw error
      }),
    ),
  )
  return rows.filter((row) => row !== undefined)
}

/**
 * Names of everything that these fields of these rows refer to.
 * @param known names that need not be asked for again
 */
export async function namesFor(
  cloud: Cloud,
  catalogue: Catalogue,
  fields: readonly KindField[],
  rows: readonly Row[],
  known: Names = new Map(),
): Promise<Names> {
  const wanted = new Map<Kind, Set<string>>()
  for (const field of fields) {
    if (field.type !== 'ref') continue
    for (const row of rows) {
      const kind = catalogue.kind(concrete(field, row, row).kind ?? '')
      const id = row[field.name]
      if (!kind || typeof id !== 'string' || known.has(id)) continue
      wanted.set(kind, (wanted.get(kind) ?? new Set()).add(id))
    }
  }
  const found = await Promise.all(
    [...wanted].map(async ([kind, ids]) =>
      (await rowsOf(cloud, kind, [...ids])).map((row): [string, string] => [row.id, labelOf(kind, row)]),
    ),
  )
  return new Map([...known, ...found.flat()])
}
