import fc from 'fast-check'
import { expect, test } from 'vitest'
import {
  applyDifference,
  type ColumnValue,
  decodeRow,
  decodeValue,
  defaultValue,
  encodeRow,
  encodeValue,
} from './codec.ts'
import { encodeMutations, encodeWhere } from './conditions.ts'
import { ovnNb } from './generated/ovn-nb.ts'
import type { Json } from './json.ts'
import { type AtomType, type ColumnType, named, parseColumnType } from './schema.ts'

const ID = '550e8400-e29b-41d4-a716-446655440000'

const ATOMS: Record<AtomType, fc.Arbitrary<boolean | number | string>> = {
  boolean: fc.boolean(),
  integer: fc.maxSafeInteger(),
  real: fc.double({ noNaN: true, noDefaultInfinity: true }).map((value) => (value === 0 ? 0 : value)),
  string: fc.string({ unit: 'binary' }).map((text) => text.replaceAll('\0', '')),
  uuid: fc.uuid(),
}

const ATOM_TYPES = Object.keys(ATOMS) as AtomType[]

function valuesOf(type: ColumnType): fc.Arbitrary<ColumnValue> {
  const atom = ATOMS[type.key]
  if (type.shape === 'scalar') return atom
  if (type.shape === 'optional') return fc.option(atom)
  if (type.shape === 'set') return fc.uniqueArray(atom, { minLength: type.atLeastOne ? 1 : 0 })
  return fc.dictionary(atom.map(String), ATOMS[type.value ?? 'string'])
}

const typesWithValues = fc
  .record({
    key: fc.constantFrom(...ATOM_TYPES),
    value: fc.option(fc.constantFrom(...ATOM_TYPES)),
    suffix: fc.constantFrom('', '?', '*', '+'),
  })
  .map(({ key, value, suffix }) => parseColumnType(value === null ? key + suffix : `${key}>${value}`))
  .chain((type) => fc.tuple(fc.constant(type), valuesOf(type), valuesOf(type)))

/** As the value arrives: through JSON text. */
const overTheWire = (wire: Json): Json => JSON.parse(JSON.stringify(wire)) as Json

const ordered = (value: ColumnValue): unknown => {
  if (Array.isArray(value)) return [...value].map((atom) => JSON.stringify(atom)).sort()
  if (typeof value === 'object' && value !== null) return Object.entries(value).sort()
  return value
}

test('every value of every type survives the wire', () => {
  fc.assert(
    fc.property(typesWithValues, ([type, value]) => {
      expect(decodeValue(type, overTheWire(encodeValue(type, value)))).toEqual(value)
    }),
  )
})

/** What a server sends when `before` becomes `after`. */
function difference(type: ColumnType, before: ColumnValue, after: ColumnValue): ColumnValue {
  if (type.shape === 'set') {
    const [left, right] = [before as readonly unknown[], after as readonly unknown[]]
    const changed = [...left.filter((atom) => !right.includes(atom)), ...right.filter((atom) => !left.includes(atom))]
    return changed as ColumnValue
  }
  if (type.shape !== 'map') return after
  const [left, right] = [new Map(Object.entries(before as object)), new Map(Object.entries(after as object))]
  const changed = [...left].filter(([key]) => !right.has(key))
  return Object.fromEntries([...changed, ...[...right].filter(([key, value]) => left.get(key) !== value)])
}

test('a difference turns the old value into the new one', () => {
  fc.assert(
    fc.property(typesWithValues, ([type, before, after]) => {
      const wire = overTheWire(encodeValue(type, difference(type, before, after)))
      expect(ordered(applyDifference(type, before, wire))).toEqual(ordered(after))
    }),
  )
})

test('wire forms are those of RFC 7047', () => {
  const wire = (notation: string, value: unknown) => encodeValue(parseColumnType(notation), value)
  expect(wire('string', 'a')).toBe('a')
  expect(wire('string?', null)).toEqual(['set', []])
  expect(wire('string?', 'a')).toBe('a')
  expect(wire('integer*', [1, 2])).toEqual(['set', [1, 2]])
  expect(wire('uuid', ID)).toEqual(['uuid', ID])
  expect(wire('uuid*', [named('ACL', 'rule')])).toEqual(['set', [['named-uuid', 'rule']]])
  expect(wire('string>integer', { rate: 5 })).toEqual(['map', [['rate', 5]]])
  expect(wire('integer>uuid', { 7: ID })).toEqual(['map', [[7, ['uuid', ID]]]])
})

test('a single element may come without its set', () => {
  expect(decodeValue(parseColumnType('string*'), 'a')).toEqual(['a'])
  expect(decodeValue(parseColumnType('string'), ['set', ['a']])).toBe('a')
  expect(decodeValue(parseColumnType('boolean?'), true)).toBe(true)
})

test('missing columns have their type\u2019s default', () => {
  const notations = ['string', 'integer', 'boolean', 'string?', 'uuid*', 'string+', 'string>string']
  expect(notations.map((notation) => defaultValue(parseColumnType(notation)))).toEqual([
    '',
    0,
    false,
    null,
    [],
    [''],
    {},
  ])
})

test.each([
  ['integer', 1.5],
  ['integer', 2 ** 53],
  ['integer', '1'],
  ['real', Number.NaN],
  ['boolean', null],
  ['string', 'null \0 character'],
  ['string', 'half a pair \ud800'],
  ['uuid', 'not-a-uuid'],
  ['uuid', ID.toUpperCase()],
  ['string*', 'a'],
  ['string>string', ['a']],
  ['string>string', null],
  ['integer>string', { one: 'x' }],
])('a column of type %s refuses %j', (notation, value) => {
  expect(() => encodeValue(parseColumnType(notation), value)).toThrow(
    expect.objectContaining({ code: 'invalid value' }),
  )
})

test.each<[string, Json]>([
  ['integer', 'a'],
  ['integer', 1.5],
  ['string', ['set', []]],
  ['string?', ['set', ['a', 'b']]],
  ['uuid', ID],
  ['uuid', ['uuid', 'x']],
  ['string>string', ['set', []]],
  ['string>string', ['map', [['a']]]],
])('wire data for a column of type %s may not be %j', (notation, wire) => {
  expect(() => decodeValue(parseColumnType(notation), wire)).toThrow(
    expect.objectContaining({ code: 'protocol error' }),
  )
})

test('a key "__proto__" from the server is only a key', () => {
  const value = decodeValue(parseColumnType('string>string'), ['map', [['__proto__', 'x']]])
  expect(Object.getPrototypeOf(value)).toBe(Object.prototype)
  expect(Object.entries(value as object)).toEqual([['__proto__', 'x']])
})

test('rows name the column at fault, and ignore columns the schema does not know', () => {
  expect(() => encodeRow(ovnNb, 'Logical_Switch', { name: 1 })).toThrow(/Logical_Switch\.name/)
  expect(() => encodeRow(ovnNb, 'Logical_Switch', { nmae: 'x' })).toThrow(/no column nmae/)
  expect(() => encodeRow(ovnNb, 'Nothing', {})).toThrow(/no table Nothing/)
  expect(encodeRow(ovnNb, 'Logical_Switch', { name: 'a', ports: undefined })).toEqual({ name: 'a' })
  expect(decodeRow(ovnNb, 'Logical_Switch', { _uuid: ['uuid', ID], name: 'a', future: 1 })).toEqual({
    _uuid: ID,
    name: 'a',
  })
})

test('conditions and mutations', () => {
  expect(encodeWhere(ovnNb, 'Logical_Switch', { name: 'a' })).toEqual([['name', '==', 'a']])
  expect(encodeWhere(ovnNb, 'Logical_Switch', [['external_ids', 'includes', { a: 'b' }]])).toEqual([
    ['external_ids', 'includes', ['map', [['a', 'b']]]],
  ])
  expect(() => encodeWhere(ovnNb, 'Logical_Switch', { name: undefined })).toThrow(/compared with undefined/)
  const mutations = [
    ['external_ids', 'delete', ['a', 'b']],
    ['ports', 'insert', [ID]],
  ] as const
  expect(encodeMutations(ovnNb, 'Logical_Switch', mutations)).toEqual([
    ['external_ids', 'delete', ['set', ['a', 'b']]],
    ['ports', 'insert', ['set', [['uuid', ID]]]],
  ])
})
