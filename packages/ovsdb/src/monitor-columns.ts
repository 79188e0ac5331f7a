import { columnOfTable, type DatabaseSchema, type TableSchema, tableOfSchema } from './schema.ts'

/** Monitored columns by table. */
export type ColumnTypes = ReadonlyMap<string, TableSchema>

/** Names in one table's part of a request; undefined for all. */
function requestedNames(selection: unknown): readonly string[] | undefined {
  if (Array.isArray(selection)) return selection as string[]
  if (typeof selection === 'object' && selection !== null && 'columns' in selection) {
    return selection.columns as readonly string[] | undefined
  }
  return undefined
}

/**
 * The columns that a monitor request names.
 *
 * @throws {OvsdbError} `invalid value` for tables and columns the schema does not have
 */
export function columnsOf(schema: DatabaseSchema<unknown>, request: object): ColumnTypes {
  return new Map(
    Object.entries(request)
      .filter(([, selection]) => selection !== undefined)
      .map(([table, selection]) => {
        const all = tableOfSchema(schema, table)
        const names = requestedNames(selection)
        if (names === undefined) return [table, all] as const
        return [table, new Map(names.map((name) => [name, columnOfTable(all, name, table)]))] as const
      }),
  )
}
