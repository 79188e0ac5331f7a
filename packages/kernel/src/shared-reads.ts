/**
 * Reads by id that come together are one statement. None is answered from a statement that began before it was asked for, so that what
 * was written, or revoked, by then is always seen.
 */
import { columnsOf, isUuid, type Resource, tableName } from '@basalt/resource'
import { createBatched, createLooks, type Look } from './batched.ts'
import type { Caller } from './caller.ts'
import type { Database, Row } from './database.ts'
import { visibleSql } from './visibility.ts'

export interface SharedReads {
  /** The row, or undefined when the viewer cannot see it. */
  visible(resource: Resource, id: string, viewer: Caller): Promise<Row | undefined>
  /** All rows whose field, an id or a text, is this one, in the order of their creation. */
  having(resource: Resource, field: string, value: string): Promise<Row[]>
  /** The database's clock, in milliseconds since the epoch. */
  now(): Promise<number>
}

const selections = new WeakMap<Resource, string>()

/** Column names as fields. */
export function selection(resource: Resource): string {
  const known = selections.get(resource)
  if (known) return known
  const made = columnsOf(resource)
    .map((column) => `"${column.name}" as "${column.field}"`)
    .join(', ')
  selections.set(resource, made)
  return made
}

/** Whether reads of this field with such a value can be shared: ids are compared as text afterwards, and a wrong one would fail for all. */
export function isShareable(resource: Resource, field: string, value: unknown): value is string {
  if (typeof value !== 'string') return false
  const type = columnsOf(resource).find((column) => column.field === field)?.type
  return type === 'text' || (type === 'uuid' && isUuid(value) && value === value.toLowerCase())
}

export function createSharedReads(database: Database): SharedReads {
  const known = createLooks<Row[]>()

  function looking(resource: Resource, field: string, where: string, values: readonly unknown[]): Look<Row[]> {
    const column = columnsOf(resource).find((candidate) => candidate.field === field)
    const sql = `select ${selection(resource)} from "${tableName(resource)}" where "${column?.name}" = any($1::${column?.type}[]) and ${where} order by created_at, id`
    return createBatched(async (ids) => {
      const found = new Map<string, Row[]>()
      for (const row of await database.lookUp(sql, [ids, ...values])) {
        const id = row[field] as string
        const rows = found.get(id)
        if (rows) rows.push(row)
        else found.set(id, [row])
      }
      return found
    })
  }
  const lookBy = (resource: Resource, field: string, where: string, values: readonly unknown[]): Look<Row[]> =>
    known(JSON.stringify([resource.kind, field, where, values]), () => looking(resource, field, where, values))

  const clock = createBatched(async () => {
    const sql = 'select (extract(epoch from clock_timestamp()) * 1000)::bigint as ms'
    const [row] = await database.query<{ ms: number }>(sql)
    return new Map([['now', row?.ms ?? Date.now()]])
  })

  return {
    async visible(resource, id, viewer) {
      const values: unknown[] = [id]
      const where = visibleSql(resource, viewer, values)
      const rows = await lookBy(resource, 'id', where, values.slice(1))(id.toLowerCase())
      const [row] = rows ?? []
      return row && { ...row }
    },
    // Whoever gets rows may change them: each has its own.
    having: async (resource, field, value) =>
      ((await lookBy(resource, field, 'true', [])(value)) ?? []).map((row) => ({ ...row })),
    now: async () => (await clock('now')) ?? Date.now(),
  }
}
