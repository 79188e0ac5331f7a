import { OvsdbError } from './errors.ts'
import { expectObject, expectString, isArray, isObject, type Json } from './json.ts'
import type { AtomType, ColumnType, DatabaseSchema } from './schema.ts'

/** What the server's schema lacks or types differently, as `Table` or `Table.column`. */
export interface SchemaDifference {
  readonly serverVersion: string
  readonly missing: readonly string[]
  readonly changed: readonly string[]
}

/** Tables and columns a client relies on; all columns of a table when the list is absent. */
export type SchemaNeeds<Tables> = { readonly [T in keyof Tables]?: readonly (keyof Tables[T])[] | 'all' }

function atomOf(wire: Json | undefined): string {
  return isObject(wire) ? String(wire.type) : String(wire)
}

/** The server's description of a column, as far as the codec cares. */
function wireColumnType(wire: Json | undefined): Omit<ColumnType, 'atLeastOne'> {
  const type = isObject(wire) ? wire : { key: wire }
  const key = atomOf(type.key) as AtomType
  if (type.value !== undefined) return { key, value: atomOf(type.value) as AtomType, shape: 'map' }
  if ((type.max ?? 1) !== 1) return { key, shape: 'set' }
  return { key, shape: (type.min ?? 1) === 0 ? 'optional' : 'scalar' }
}

function sameType(left: ColumnType, right: Omit<ColumnType, 'atLeastOne'>): boolean {
  return left.key === right.key && left.value === right.value && left.shape === right.shape
}

function neededTables<Tables>(schema: DatabaseSchema<Tables>, needs: SchemaNeeds<Tables> | undefined) {
  const all = [...schema.tables]
  if (needs === undefined) return all
  const wanted = new Map<string, unknown>(Object.entries(needs))
  return all
    .filter(([table]) => wanted.get(table) !== undefined)
    .map(([table, columns]) => {
      const names = wanted.get(table)
      const kept = Array.isArray(names) ? [...columns].filter(([column]) => names.includes(column)) : columns
      return [table, new Map(kept)] as const
    })
}

/**
 * Compares the generated schema, or the part in `needs`, with the reply to `get_schema`. Tables and columns that only
 * the server has do not matter.
 */
export function compareSchema<Tables>(
  schema: DatabaseSchema<Tables>,
  reply: Json,
  needs?: SchemaNeeds<Tables>,
): SchemaDifference {
  const server = expectObject(reply, 'a schema')
  const serverTables = new Map(Object.entries(expectObject(server.tables, "a schema's tables")))
  const missing: string[] = []
  const changed: string[] = []
  for (const [table, columns] of neededTables(schema, needs)) {
    const serverTable = serverTables.get(table)
    if (!isObject(serverTable)) {
      missing.push(table)
      continue
    }
    const serverColumns = new Map(Object.entries(expectObject(serverTable.columns, "a table's columns")))
    for (const [column, type] of columns) {
      const serverColumn = serverColumns.get(column)
      if (!isObject(serverColumn)) missing.push(`${table}.${column}`)
      else if (!sameType(type, wireColumnType(serverColumn.type))) changed.push(`${table}.${column}`)
    }
  }
  return { serverVersion: expectString(server.version, "a schema's version"), missing, changed }
}

/**
 * Makes a `schema mismatch` of a difference, naming at most eight of its members.
 *
 * @throws {OvsdbError} `schema mismatch`
 */
export function checkSchema<Tables>(schema: DatabaseSchema<Tables>, reply: Json, needs?: SchemaNeeds<Tables>): string {
  if (isArray(reply) || !isObject(reply)) throw new OvsdbError('protocol error', 'a schema is not a JSON object')
  const { serverVersion, missing, changed } = compareSchema(schema, reply, needs)
  const parts = [
    ...missing.map((name) => `${name} is missing`),
    ...changed.map((name) => `${name} has another type`),
  ].slice(0, 8)
  if (parts.length > 0) {
    const versions = `server has ${schema.name} ${serverVersion}, this client was built for ${schema.version}`
    throw new OvsdbError('schema mismatch', `${versions}: ${parts.join(', ')}`)
  }
  return serverVersion
}
