import { OvsdbError } from './errors.ts'
import { expectArray, expectObject, expectString, isArray, type Json, type JsonObject } from './json.ts'
import {
  type AtomType,
  type ColumnType,
  columnOfTable,
  type DatabaseSchema,
  isUuid,
  NamedUuid,
  type TableSchema,
  tableOfSchema,
} from './schema.ts'

/** An atom in its JavaScript form; a UUID is a string. */
export type Atom = boolean | number | string

/** A column's value in its JavaScript form. */
export type ColumnValue = Atom | null | readonly Atom[] | Readonly<Record<string, Atom>>

const ZERO_UUID = '00000000-0000-0000-0000-000000000000'
const DEFAULT_ATOM: Readonly<Record<AtomType, Atom>> = {
  boolean: false,
  integer: 0,
  real: 0,
  string: '',
  uuid: ZERO_UUID,
}

/** Text the server refuses: the null character, and halves of surrogate pairs, which UTF-8 cannot carry. */
const FORBIDDEN_TEXT = /[\0\p{Surrogate}]/u

function invalid(value: unknown, expected: string): OvsdbError {
  const shown = typeof value === 'string' ? JSON.stringify(value.slice(0, 80)) : String(value)
  return new OvsdbError('invalid value', `${shown} is not ${expected}`)
}

/** Turns an atom into its wire form (RFC 7047, `<atom>`). */
export function encodeAtom(type: AtomType, value: unknown): Json {
  switch (type) {
    case 'boolean':
      if (typeof value !== 'boolean') throw invalid(value, 'a boolean')
      return value
    case 'integer':
      if (!Number.isSafeInteger(value)) throw invalid(value, 'an integer that a number holds exactly')
      return value as number
    case 'real':
      if (typeof value !== 'number' || !Number.isFinite(value)) throw invalid(value, 'a finite number')
      return value
    case 'string':
      if (typeof value !== 'string' || FORBIDDEN_TEXT.test(value)) throw invalid(value, 'text that OVSDB can store')
      return value
    case 'uuid':
      if (value instanceof NamedUuid) return ['named-uuid', value.name]
      if (typeof value !== 'string' || !isUuid(value)) throw invalid(value, 'a UUID')
      return ['uuid', value]
  }
}

/** Reads an atom from its wire form. Integers beyond 2^53 are rounded, as JSON numbers are in JavaScript. */
export function decodeAtom(type: AtomType, wire: Json | undefined): Atom {
  if (type === 'uuid') {
    const [tag, text] = isArray(wire) ? wire : []
    if (tag === 'uuid' && typeof text === 'string' && isUuid(text)) return text
  } else if (type === 'integer') {
    if (Number.isInteger(wire)) return wire as number
  } else if (typeof wire === (type === 'real' ? 'number' : type)) return wire as Atom
  throw new OvsdbError('protocol error', `${JSON.stringify(wire)?.slice(0, 80)} is not of type ${type}`)
}

/** Keys of JavaScript objects are strings; this gives a map's key its own type back. */
function keyFromProperty(type: AtomType, property: string): unknown {
  if (type === 'integer' || type === 'real') return property.trim() === '' ? property : Number(property)
  if (type === 'boolean') return property === 'true' ? true : property === 'false' ? false : property
  return property
}

function encodeMap(type: ColumnType, valueType: AtomType, value: unknown): Json {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || value instanceof NamedUuid) {
    throw invalid(value, 'a map')
  }
  const pairs = Object.entries(value)
    .filter(([, each]) => each !== undefined)
    .map(([property, each]) => [
      encodeAtom(type.key, keyFromProperty(type.key, property)),
      encodeAtom(valueType, each as unknown),
    ])
  return ['map', pairs]
}

/**
 * Turns a column's value into its wire form.
 *
 * @throws {OvsdbError} `invalid value` when the column cannot hold it.
 */
export function encodeValue(type: ColumnType, value: unknown): Json {
  if (type.value !== undefined) return encodeMap(type, type.value, value)
  if (type.shape === 'scalar') return encodeAtom(type.key, value)
  if (type.shape === 'optional') return value === null ? ['set', []] : encodeAtom(type.key, value)
  if (!Array.isArray(value)) throw invalid(value, 'an array')
  return ['set', value.map((element) => encodeAtom(type.key, element))]
}

function decodeSet(type: AtomType, wire: Json | undefined): Atom[] {
  if (isArray(wire) && wire[0] === 'set') {
    return expectArray(wire[1], 'a set').map((element) => decodeAtom(type, element))
  }
  return [decodeAtom(type, wire)]
}

function decodeMap(key: AtomType, value: AtomType, wire: Json | undefined): Readonly<Record<string, Atom>> {
  const [tag, pairs] = expectArray(wire, 'a map')
  if (tag !== 'map') throw new OvsdbError('protocol error', 'a map has no "map" tag')
  // fromEntries defines own properties, so that a key "__proto__" from the peer is only a key.
  return Object.freeze(
    Object.fromEntries(
      expectArray(pairs, "a map's pairs").map((pair) => {
        const [left, right] = expectArray(pair, 'a pair')
        return [String(decodeAtom(key, left)), decodeAtom(value, right)]
      }),
    ),
  )
}

/**
 * Reads a column's value from its wire form. Arrays and maps come frozen.
 *
 * @throws {OvsdbError} `protocol error` when the wire form does not match the type.
 */
export function decodeValue(type: ColumnType, wire: Json | undefined): ColumnValue {
  if (type.value !== undefined) return decodeMap(type.key, type.value, wire)
  if (type.shape === 'scalar') return decodeSingle(type.key, wire)
  const elements = decodeSet(type.key, wire)
  if (type.shape === 'set') return Object.freeze(elements)
  if (elements.length > 1) throw new OvsdbError('protocol error', 'an optional value has several elements')
  return elements[0] ?? null
}

/** A scalar may also come as a set of one (RFC 7047, `<value>`). */
function decodeSingle(type: AtomType, wire: Json | undefined): Atom {
  const [single, ...more] = decodeSet(type, wire)
  if (single === undefined || more.length > 0) throw new OvsdbError('protocol error', 'a scalar is not one value')
  return single
}

/** The value a column has when an insert, or the first content of a monitor, does not name it. */
export function defaultValue(type: ColumnType): ColumnValue {
  if (type.shape === 'map') return Object.freeze({})
  if (type.shape === 'optional') return null
  const atom = DEFAULT_ATOM[type.key]
  if (type.shape === 'scalar') return atom
  return Object.freeze(type.atLeastOne ? [atom] : [])
}

/**
 * Applies a difference as monitors send it (ovsdb-server(7), section 4.1.14): elements of a set that are in exactly
 * one of old value and difference remain; a map's pair that is in both goes, another value replaces, a new key comes.
 * Other columns, optional ones included, carry the new value.
 */
export function applyDifference(type: ColumnType, current: ColumnValue, wire: Json | undefined): ColumnValue {
  const change = decodeValue(type, wire)
  if (type.shape === 'set') return Object.freeze(symmetricDifference(current as readonly Atom[], change as Atom[]))
  if (type.shape !== 'map') return change
  const merged = new Map(Object.entries(current as Readonly<Record<string, Atom>>))
  for (const [key, value] of Object.entries(change as Readonly<Record<string, Atom>>)) {
    if (merged.get(key) === value) merged.delete(key)
    else merged.set(key, value)
  }
  return Object.freeze(Object.fromEntries(merged))
}

function symmetricDifference(left: readonly Atom[], right: readonly Atom[]): Atom[] {
  const result = new Set(left)
  for (const element of right) {
    if (!result.delete(element)) result.add(element)
  }
  return [...result]
}

/** Turns the given columns of a row into their wire form; undefined ones are left out. */
export function encodeRow(schema: DatabaseSchema<unknown>, table: string, row: object): JsonObject {
  const columns = tableOfSchema(schema, table)
  const wire: Record<string, Json> = {}
  for (const [column, value] of Object.entries(row)) {
    if (value === undefined) continue
    wire[column] = encodeColumn(columns, table, column, value)
  }
  return wire
}

/** {@link encodeValue} for a named column; an error names table and column. */
export function encodeColumn(columns: TableSchema, table: string, column: string, value: unknown): Json {
  const type = columnOfTable(columns, column, table)
  try {
    return encodeValue(type, value)
  } catch (cause) {
    if (!(cause instanceof OvsdbError)) throw cause
    throw new OvsdbError(cause.code, `${table}.${column}: ${cause.details}`, { cause })
  }
}

/** Reads the known columns of a row from their wire form; columns the schema does not know are ignored. */
export function decodeRow(schema: DatabaseSchema<unknown>, table: string, wire: Json): Record<string, ColumnValue> {
  const columns = tableOfSchema(schema, table)
  const entries: [string, ColumnValue][] = []
  for (const [column, value] of Object.entries(expectObject(wire, 'a row'))) {
    const known = columns.has(column) || column === '_uuid' || column === '_version'
    if (known) entries.push([column, decodeValue(columnOfTable(columns, column, table), value)])
  }
  return Object.fromEntries(entries)
}

/** Reads the `["uuid", text]` that an insert returns. */
export function decodeUuid(wire: Json | undefined): string {
  return expectString(decodeAtom('uuid', wire) as string, 'a UUID')
}
