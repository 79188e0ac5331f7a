/** Values that a schema takes, at its bounds as well as between them. */
import fc from 'fast-check'
import type { Schema } from './document.ts'

export interface Ids {
  /** Of what there is. */
  there: string[]
  /** Of what was deleted, and of what never was. */
  others: string[]
}

export interface Known {
  /** The schema that a reference points to. */
  follow(ref: string): Schema
  /** Ids that a field of this name could mean. */
  ids(name: string): Ids
  /** Names of kinds, for fields that take one. */
  kinds: string[]
  /** A folder of the test's own, for paths on this machine. */
  directory: string
}

const MOST_ITEMS = 3
/** Long texts are made this much shorter than they may be, but for the longest of all. */
const USUAL_LENGTH = 40

const TRICKY = [
  'a',
  '0',
  'null',
  'constructor',
  '__proto__',
  'Zoë – 東京 🏔️',
  '\u202egnp.exe',
  "Robert'); drop table vm; --",
  '../../etc/passwd',
  '<script>alert(1)</script>',
  'é'.normalize('NFD'),
]

/** Most that look like a prefix are none: they have host bits. */
const PREFIXES = ['10.1.0.0/24', '10.0.0.0/8', '192.168.0.0/30', '172.16.0.0/12']

const isStorable = (text: string): boolean => !/\p{Cs}|\0/u.test(text)

function plainText({ minLength = 0, maxLength = 4096 }: Schema): fc.Arbitrary<string> {
  return fc
    .oneof(
      { weight: 4, arbitrary: fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/) },
      { weight: 3, arbitrary: fc.constantFrom(...TRICKY) },
      {
        weight: 2,
        arbitrary: fc.string({ unit: 'grapheme', minLength, maxLength: Math.min(maxLength, USUAL_LENGTH) }),
      },
      { weight: 1, arbitrary: fc.constantFrom('x'.repeat(maxLength), 'ß'.repeat(Math.max(minLength, 1)), '') },
    )
    .filter((text) => text.length >= minLength && text.length <= maxLength && isStorable(text))
}

/** Expressions that name classes of Unicode cannot be made from, only checked. */
function matching(schema: Schema): fc.Arbitrary<string> {
  const pattern = new RegExp(schema.pattern ?? '', 'u')
  const fits = (text: string): boolean => pattern.test(text)
  if (/\\p\{/u.test(pattern.source)) return plainText({ ...schema, minLength: 1 }).filter(fits)
  return fc.stringMatching(pattern).filter((text) => text.length <= (schema.maxLength ?? 4096))
}

/** Mostly of what there is: a request has several. */
export const idOf = ({ there, others }: Ids): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: there.length > 0 ? 12 : 0, arbitrary: fc.constantFrom(...(there.length > 0 ? there : others)) },
    { weight: 1, arbitrary: fc.constantFrom(...others) },
  )

const byFormat: Record<string, (name: string, known: Known) => fc.Arbitrary<string>> = {
  uuid: (name, known) => idOf(known.ids(name)),
  'date-time': () =>
    fc
      .date({ min: new Date(0), max: new Date(Date.UTC(9999, 0)), noInvalidDate: true })
      .map((date) => date.toISOString()),
  ipv4: () => fc.oneof(fc.ipV4(), fc.constantFrom('10.0.0.5', '0.0.0.0', '255.255.255.255', '127.0.0.1')),
  // Nothing listens there, and nothing leaves this machine.
  uri: () => fc.constantFrom('http://127.0.0.1:1/x', 'https://[::1]:1/', 'http://localhost:1/?a=%00#b'),
}

function text(schema: Schema, name: string, known: Known): fc.Arbitrary<string> {
  const formatted = byFormat[schema.format ?? '']
  if (formatted) return formatted(name, known)
  if (name === 'path') return fc.stringMatching(/^[a-z]{1,8}$/).map((folder) => `${known.directory}/${folder}`)
  const usual = name === 'cidr' ? PREFIXES : /kind$/i.test(name) ? known.kinds : []
  const other = schema.pattern ? matching(schema) : plainText(schema)
  return usual.length > 0
    ? fc.oneof({ weight: 3, arbitrary: fc.constantFrom(...usual) }, { weight: 1, arbitrary: other })
    : other
}

function integer({
  minimum = Number.MIN_SAFE_INTEGER,
  maximum = Number.MAX_SAFE_INTEGER,
}: Schema): fc.Arbitrary<number> {
  return fc.oneof(
    fc.constantFrom(minimum, maximum, Math.min(maximum, minimum + 1)),
    fc.integer({ min: minimum, max: Math.min(maximum, minimum + 64) }),
    fc.integer({ min: minimum, max: maximum }),
  )
}

function object(schema: Schema, known: Known): fc.Arbitrary<unknown> {
  const { properties, required = [], additionalProperties } = schema
  if (!properties)
    return fc.dictionary(
      fc.constantFrom(...TRICKY.slice(0, 4)),
      typeof additionalProperties === 'object'
        ? fitting(additionalProperties, '', known)
        : fc.jsonValue({ maxDepth: 2 }),
      { maxKeys: 3 },
    )
  const members = Object.entries(properties).map(([name, member]) => [name, fitting(member, name, known)])
  return fc.record(Object.fromEntries(members) as Record<string, fc.Arbitrary<unknown>>, {
    requiredKeys: required as never[],
    noNullPrototype: true,
  })
}

/** @param name of the field, parameter or path that it is for */
export function fitting(schema: Schema, name: string, known: Known): fc.Arbitrary<unknown> {
  if (schema.$ref) return fitting(known.follow(schema.$ref), name, known)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map((one) => fitting(one, name, known)))
  switch (schema.type) {
    case 'string':
      return text(schema, name, known)
    case 'integer':
      return integer(schema)
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case 'array': {
      const maxLength = Math.min(schema.maxItems ?? MOST_ITEMS, MOST_ITEMS)
      const items = fitting(schema.items ?? {}, name.replace(/s$/, ''), known)
      return fc.oneof(
        { weight: 3, arbitrary: fc.array(items, { minLength: Math.min(1, maxLength), maxLength: 1 }) },
        { weight: 1, arbitrary: fc.array(items, { maxLength }) },
      )
    }
    case 'object':
      return object(schema, known)
    default:
      return fc
        .oneof(fc.nat(1_000), fc.boolean(), fc.jsonValue({ maxDepth: 3 }))
        .filter((value) => isStorable(JSON.stringify(value)))
  }
}
