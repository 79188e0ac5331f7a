/** Queries as people could write them, at random: right ones, of every shape the language has. */
import { type FieldSpec, type Resource, relationsOf } from '@basalt/resource'
import fc from 'fast-check'
import type { Row } from '../../database.ts'

interface Leaf {
  path: string
  spec: FieldSpec
  /** Values that are there, so that conditions often hold. */
  values: unknown[]
}

interface Names {
  resources: readonly Resource[]
  rows: Readonly<Record<string, readonly Row[]>>
  operator: boolean
}

const isOpen = (names: Names, of: { audience?: string; secret?: boolean }): boolean =>
  !of.secret && (names.operator || of.audience !== 'operator')

function leavesOf(path: string, spec: FieldSpec, values: unknown[]): Leaf[] {
  const present = values.filter((value) => value !== null && value !== undefined)
  if (spec.type === 'list') {
    const items = leavesOf(path, spec.items as FieldSpec, present.flat())
    const standing = items.filter((leaf) => leaf.path === `${path}.${spec.matchedBy}`)
    return [...items, ...standing.map((leaf) => ({ ...leaf, path }))]
  }
  if (spec.type !== 'object') return [{ path, spec, values: present }]
  const members = Object.entries(spec.fields ?? {})
  const fields = members.length > 0 ? members : [['maker', { type: 'text' }] as [string, FieldSpec]]
  return fields.flatMap(([member, inner]) =>
    leavesOf(
      `${path}.${member}`,
      inner,
      present.map((value) => (value as Row)[member]),
    ),
  )
}

/** Every value that a path of at most so many relations leads to. */
function allLeaves(names: Names, kind: string, hops: number, prefix = ''): Leaf[] {
  const resource = names.resources.find((each) => each.kind === kind) as Resource
  const own = Object.entries(resource.fields)
    .filter(([, spec]) => isOpen(names, spec))
    .flatMap(([field, spec]) =>
      leavesOf(
        `${prefix}${field}`,
        spec,
        (names.rows[kind] ?? []).map((row) => row[field]),
      ),
    )
  if (hops === 0) return own
  const further = relationsOf(resource, names.resources)
    .filter((relation) => isOpen(names, relation))
    .flatMap((relation) => allLeaves(names, relation.kind, hops - 1, `${prefix}${relation.name}.`))
  return [...own, ...further]
}

const quoted = (text: string): string => `'${text.replace(/[\\'*]/g, '\\$&')}'`
const spelled = (value: unknown): fc.Arbitrary<string> => {
  const text = String(value)
  const isBare = /^[A-Za-z0-9][A-Za-z0-9:/-]*(\.\d+)*$/.test(text) && !/^(and|or|null|not)$/i.test(text)
  return isBare ? fc.constantFrom(text, quoted(text), JSON.stringify(text)) : fc.constant(quoted(text))
}

const odd: Partial<Record<FieldSpec['type'], string[]>> = {
  integer: ['-1', '0', '99'],
  bytes: ['1GiB', '2G', '0', '1.5GiB', '3221225472'],
  timestamp: ['now', '-1d', '-36h', '+1w', '2020-01-01', '2999-12-31T23:59:59.999Z'],
  ipv4: ['10.0.0.0/24', '10.0.0.3', '0.0.0.0/0'],
  text: ["''", 'zzz', "'%'", "'_'"],
}

const valueArbitrary = ({ spec, values }: Leaf): fc.Arbitrary<string> => {
  const known = [...values, ...(spec.values ?? [])]
  const choices = [
    ...(known.length > 0 ? [fc.constantFrom(...known).chain(spelled)] : []),
    ...(odd[spec.type] ? [fc.constantFrom(...(odd[spec.type] as string[]))] : []),
    ...(known.length === 0 && !odd[spec.type]
      ? [fc.constant(spec.type === 'boolean' ? 'true' : crypto.randomUUID())]
      : []),
  ]
  return fc.oneof(...choices)
}

const isOrdered = ({ type }: FieldSpec): boolean => ['text', 'integer', 'bytes', 'timestamp', 'ipv4'].includes(type)
const isSearched = ({ type }: FieldSpec): boolean => ['text', 'state', 'ipv4', 'uuid', 'json'].includes(type)

const patternArbitrary = ({ values }: Leaf): fc.Arbitrary<string> =>
  fc
    .tuple(
      fc.constantFrom('a', 'beta', ...values.map(String)),
      fc.nat(6),
      fc.integer({ min: 1, max: 4 }),
      fc.constantFrom<[string, string]>(['', ''], ['*', ''], ['', '*'], ['*', '*']),
    )
    .map(([text, from, length, [before, after]]) => {
      const part = [...text]
        .slice(from, from + length)
        .join('')
        .replace(/[\\'*]/g, '\\$&')
      return `'${before}${part}${after}'`
    })

/** Prefixes (`10.0.0.0/24`) are ranges of their own, not ends of one. */
const endArbitrary = (leaf: Leaf): fc.Arbitrary<string> =>
  valueArbitrary(leaf).filter((text) => !/^[\d.]+\/\d+$/.test(text))

function testArbitrary(leaf: Leaf): fc.Arbitrary<string> {
  const value = valueArbitrary(leaf)
  const end = endArbitrary(leaf)
  const { path, spec } = leaf
  const text = (...parts: (string | fc.Arbitrary<string>)[]): fc.Arbitrary<string> =>
    fc.tuple(...parts.map((part) => (typeof part === 'string' ? fc.constant(part) : part))).map((all) => all.join(''))
  const list = fc.array(value, { minLength: 1, maxLength: 3 }).map((items) => items.join(', '))
  const tests = [
    text(path, fc.constantFrom('=', ' = ', '!='), value),
    text(path, fc.constantFrom(' in (', ' not in ('), list, ')'),
    text(path, fc.constantFrom(' is null', ' is not null', ' = null')),
    ...(isOrdered(spec)
      ? [
          text(path, fc.constantFrom('<', '<=', ' > ', ' >= '), end),
          text(path, fc.constantFrom(' between ', ' NOT between '), end, ' and ', end),
          text(path, fc.constantFrom(' = ', ' != '), fc.oneof(text(end, '..', end), text('..', end), text(end, '..'))),
        ]
      : []),
    ...(isSearched(spec) ? [text(path, fc.constantFrom(' ~ ', '!~'), patternArbitrary(leaf))] : []),
  ]
  return fc.oneof(...tests)
}

/** A condition on rows of the kind, nested at most so deep. */
export function queryArbitrary(names: Names, kind: string, depth = 2): fc.Arbitrary<string> {
  const resource = names.resources.find((each) => each.kind === kind) as Resource
  const test = fc.constantFrom(...allLeaves(names, kind, 2)).chain(testArbitrary)
  const relations = relationsOf(resource, names.resources).filter((relation) => isOpen(names, relation))
  const presence = relations.filter(({ to }) => to === 'many').map(({ name }) => name)
  const isThere = fc.constantFrom(
    'name is not null',
    ...presence.flatMap((name) => [`${name} is null`, `${name} is not null`]),
  )
  if (depth === 0) return fc.oneof({ weight: 8, arbitrary: test }, isThere)
  const inner = queryArbitrary(names, kind, depth - 1)
  const joined = fc
    .tuple(fc.array(inner, { minLength: 2, maxLength: 3 }), fc.constantFrom(' and ', ' or ', ' AND '), fc.boolean())
    .map(([terms, word, isBare]) => terms.map((term) => (isBare ? term : `(${term})`)).join(word))
  const blocks = relations.map(({ name, kind: target }) =>
    queryArbitrary(names, target, Math.min(1, depth - 1)).map((text) => `${name}(${text})`),
  )
  const hasParts = 'parts' in resource.fields
  const parts = fc.constantFrom('parts(size > 1 and colour = red)', 'parts(colour is null)', 'parts(not size = 2)')
  return fc.oneof(
    { weight: 3, arbitrary: test },
    { weight: 1, arbitrary: isThere },
    { weight: 3, arbitrary: joined },
    { weight: 1, arbitrary: inner.map((text) => `not (${text})`) },
    ...blocks.map((arbitrary) => ({ weight: 1, arbitrary })),
    ...(hasParts ? [{ weight: 1, arbitrary: parts }] : []),
    { weight: 1, arbitrary: fc.constantFrom('cause(code = TORN)', 'cause(code is null)', 'cause is null') },
  )
}
