/**
 * One resource as its viewer sees it, as JSON: what PostgreSQL writes goes to the caller with no object in between. Those that are asked for
 * together are one statement, as all reads by id.
 */
import { columnsOf, type Resource, tableName } from '@basalt/resource'
import { audienceOf } from './access/grants.ts'
import { createBatched, createLooks } from './batched.ts'
import type { Caller } from './caller.ts'
import type { Database } from './database.ts'
import { jsonObjects } from './query/json.ts'
import { fieldsFor } from './view.ts'
import { visibleSql } from './visibility.ts'

export interface View {
  json: string
  version: number
}

/** Undefined where the viewer cannot see it. */
export type SharedViews = (resource: Resource, id: string, viewer: Caller) => Promise<View | undefined>

/** Columns before those that are shown. */
const [ID, VERSION, SHOWN] = [0, 1, 2]

export function createSharedViews(database: Database): SharedViews {
  const known = createLooks<View>()

  function looking(resource: Resource, fields: readonly string[], where: string, values: readonly unknown[]) {
    const columns = columnsOf(resource).filter(({ field }) => fields.includes(field))
    const shown = columns.map(({ field }, index) => ({ name: field, column: SHOWN + index }))
    const selected = ['id', 'version', ...columns.map(({ name }) => name)].map((name) => `"${name}"`).join(', ')
    const sql = `select ${selected} from "${tableName(resource)}" where "id" = any($1::uuid[]) and ${where}`
    return createBatched(async (ids) => {
      const texts = await database.lookUpTexts(sql, [ids, ...values])
      const json = jsonObjects(texts, shown)
      return new Map(
        texts.rows.map((row, index) => [row[ID] ?? '', { json: json[index] ?? '', version: Number(row[VERSION]) }]),
      )
    })
  }

  return (resource, id, viewer) => {
    const audience = audienceOf(viewer)
    const values: unknown[] = [id]
    const where = visibleSql(resource, viewer, values)
    const others = values.slice(1)
    const look = known(JSON.stringify([resource.kind, audience, where, others]), () =>
      looking(resource, fieldsFor(resource, audience), where, others),
    )
    return look(id.toLowerCase())
  }
}
