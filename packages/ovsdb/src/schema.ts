import { OvsdbError } from './errors.ts'

declare const tableOf: unique symbol

/** Identity of a row of `Table`. Branded, so that a row of one table is not mistaken for one of another. */
export type Uuid<Table extends string = string> = string & { readonly [tableOf]: Table }

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** True for a UUID in the lower-case form that OVSDB uses. */
export function isUuid(text: string): text is Uuid {
  return UUID.test(text)
}

/**
 * Brands text as a row identity.
 *
 * @throws {OvsdbError} `invalid value` when it is not a UUID.
 */
export function asUuid<Table extends string>(text: string): Uuid<Table> {
  if (!isUuid(text)) throw new OvsdbError('invalid value', `${JSON.stringify(text)} is not a UUID`)
  return text as Uuid<Table>
}

/** Stands for a row inserted by the same transaction, before its UUID is known (RFC 7047, `<named-uuid>`). */
export class NamedUuid<Table extends string = string> {
  readonly table: Table
  readonly name: string

  constructor(table: Table, name: string) {
    if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
      throw new OvsdbError('invalid value', `${JSON.stringify(name)} is not an identifier`)
    }
    this.table = table
    this.name = name
  }
}

/**
 * Refers to the row that `insert(table, row, name)` makes in the same transaction.
 *
 * @param name a letter or underscore, then letters, digits and underscores
 */
export function named<Table extends string>(table: Table, name: string): NamedUuid<Table> {
  return new NamedUuid(table, name)
}

/** The five atomic types (RFC 7047, `<atomic-type>`). */
export type AtomType = 'boolean' | 'integer' | 'real' | 'string' | 'uuid'

/**
 * Type of a column, reduced to what the codec needs. `shape` decides the JavaScript form: `scalar` the value itself,
 * `optional` the value or null, `set` an array, `map` an object.
 */
export interface ColumnType {
  readonly key: AtomType
  /** Type of a map's values; undefined for the other shapes. */
  readonly value?: AtomType
  readonly shape: 'scalar' | 'optional' | 'set' | 'map'
  /** True for a set or map that must not be empty. */
  readonly atLeastOne: boolean
}

/** The columns of a table by name. */
export type TableSchema = ReadonlyMap<string, ColumnType>

/** A database: its name, the version it was generated from and its tables. `Tables` maps table names to row types. */
export interface DatabaseSchema<Tables> {
  readonly name: string
  /** `major.minor.patch` of the schema file. */
  readonly version: string
  readonly tables: ReadonlyMap<string, TableSchema>
  /** Carries the row types; never present at run time. */
  readonly rowTypes?: Tables
}

/** Names of the tables of a database. */
export type TableName<Tables> = keyof Tables & string

/** Columns every row has besides those of its table. */
export interface RowIdentity<Table extends string> {
  readonly _uuid: Uuid<Table>
}

/** A row as it is read: the columns of its table and its identity. */
export type Row<Tables, T extends TableName<Tables>> = Tables[T] & RowIdentity<T>

/** A column's value as it may be written: references may also be {@link NamedUuid}s. */
export type Writable<Value> =
  Value extends Uuid<infer T>
    ? Value | NamedUuid<T>
    : Value extends readonly (infer Element)[]
      ? readonly Writable<Element>[]
      : Value extends Readonly<Record<string | number, unknown>>
        ? { readonly [Key in keyof Value]: Writable<Value[Key]> }
        : Value

/** The columns to set; absent or undefined ones keep their value, or their default on insert. */
export type RowChange<RowType> = { readonly [Column in keyof RowType]?: Writable<RowType[Column]> }

const ATOMS: ReadonlySet<string> = new Set(['boolean', 'integer', 'real', 'string', 'uuid'])

/**
 * Reads the notation of the generated schemas: `string` one value, `string?` none or one, `string*` a set,
 * `string+` a set that is not empty, `string>uuid` a map (`string>uuid+` one that is not empty).
 */
export function parseColumnType(notation: string): ColumnType {
  const match = /^([a-z]+)(?:>([a-z]+))?([?*+]?)$/.exec(notation)
  const [, key = '', value, suffix] = match ?? []
  if (!isAtomType(key) || (value !== undefined && !isAtomType(value))) {
    throw new OvsdbError('invalid value', `${JSON.stringify(notation)} is not a column type`)
  }
  const atLeastOne = suffix === '+'
  if (value !== undefined) return { key, value, shape: 'map', atLeastOne }
  if (suffix === '') return { key, shape: 'scalar', atLeastOne: true }
  return { key, shape: suffix === '?' ? 'optional' : 'set', atLeastOne }
}

function isAtomType(text: string): text is AtomType {
  return ATOMS.has(text)
}

/** Notations of all columns of all tables; the generator's output. */
export type SchemaNotation<Tables> = {
  readonly [T in keyof Tables]: { readonly [C in keyof Tables[T]]: string }
}

/** Builds the run-time schema from the generated notation. */
export function defineDatabase<Tables>(
  name: string,
  version: string,
  notation: SchemaNotation<Tables>,
): DatabaseSchema<Tables> {
  const tables = new Map<string, TableSchema>()
  for (const [table, columns] of Object.entries<Readonly<Record<string, string>>>(notation)) {
    const types = Object.entries(columns).map(([column, type]) => [column, parseColumnType(type)] as const)
    tables.set(table, new Map(types))
  }
  return { name, version, tables }
}

/** The table's columns, or an `invalid value` error for a table the schema does not have. */
export function tableOfSchema(schema: DatabaseSchema<unknown>, table: string): TableSchema {
  const columns = schema.tables.get(table)
  if (columns === undefined) throw new OvsdbError('invalid value', `${schema.name} has no table ${table}`)
  return columns
}

const UUID_COLUMN: ColumnType = { key: 'uuid', shape: 'scalar', atLeastOne: true }

/** The column's type (`_uuid` and `_version` included), or an `invalid value` error. */
export function columnOfTable(columns: TableSchema, column: string, table: string): ColumnType {
  const type = column === '_uuid' || column === '_version' ? UUID_COLUMN : columns.get(column)
  if (type === undefined) throw new OvsdbError('invalid value', `table ${table} has no column ${column}`)
  return type
}
