import { encodeColumn } from './codec.ts'
import { OvsdbError } from './errors.ts'
import type { Json } from './json.ts'
import { type DatabaseSchema, type TableSchema, tableOfSchema, type Writable } from './schema.ts'

/** Comparisons (RFC 7047, `<function>`). On sets and maps `includes` means "contains all of". */
export type Comparison = '<' | '<=' | '==' | '!=' | '>=' | '>' | 'includes' | 'excludes'

/** Column, comparison, value. */
export type Condition<RowType> = {
  readonly [Column in keyof RowType]: readonly [Column, Comparison, Writable<RowType[Column]>]
}[keyof RowType]

/**
 * Which rows: columns that must be equal, or a list of conditions that must all hold. An empty object or list means
 * every row.
 */
export type Where<RowType> =
  | { readonly [Column in keyof RowType]?: Writable<RowType[Column]> }
  | readonly Condition<RowType>[]

/** Changes of numbers, sets and maps in place (RFC 7047, `<mutator>`). */
export type Mutator = '+=' | '-=' | '*=' | '/=' | '%=' | 'insert' | 'delete'

type MutationValue<Value> =
  Value extends Readonly<Record<string, unknown>> ? Writable<Value> | readonly string[] : Writable<Value>

/** Column, mutator, value. `delete` on a map also takes the keys to remove. */
export type Mutation<RowType> = {
  readonly [Column in keyof RowType]: readonly [Column, Mutator, MutationValue<RowType[Column]>]
}[keyof RowType]

type Triple = readonly [string, string, unknown]

function triplesOf(where: object): readonly Triple[] {
  if (Array.isArray(where)) return where as readonly Triple[]
  return Object.entries(where).map(([column, value]) => [column, '==', value] as const)
}

/**
 * Turns a {@link Where} into its wire form.
 *
 * @throws {OvsdbError} `invalid value`, also for an undefined value: leaving the condition out would widen it.
 */
export function encodeWhere(schema: DatabaseSchema<unknown>, table: string, where: object): Json[] {
  const columns = tableOfSchema(schema, table)
  return triplesOf(where).map(([column, comparison, value]) => {
    if (value === undefined) throw new OvsdbError('invalid value', `${table}.${column} is compared with undefined`)
    return [column, comparison, encodeColumn(columns, table, column, value)]
  })
}

function encodeMutationValue(columns: TableSchema, table: string, [column, mutator, value]: Triple): Json {
  const type = columns.get(column)
  if (type?.shape === 'map' && mutator === 'delete' && Array.isArray(value)) {
    const keys = new Map([[column, { key: type.key, shape: 'set', atLeastOne: false } as const]])
    return encodeColumn(keys, table, column, value)
  }
  return encodeColumn(columns, table, column, value)
}

/**
 * Turns mutations into their wire form.
 *
 * @throws {OvsdbError} `invalid value`
 */
export function encodeMutations(
  schema: DatabaseSchema<unknown>,
  table: string,
  mutations: readonly (readonly [unknown, string, unknown])[],
): Json[] {
  const columns = tableOfSchema(schema, table)
  return mutations.map(([column, mutator, value]) => [
    String(column),
    mutator,
    encodeMutationValue(columns, table, [String(column), mutator, value]),
  ])
}
