/** What is written in a query → values of a field's type. */
import { isIPv4 } from 'node:net'
import { type FieldSpec, isCidr, isUuid, parseBytes, parseDurationMs, similar } from '@basalt/resource'
import type { Bound, Operand } from './filter.ts'
import { QueryError } from './query-error.ts'
import type { Literal } from './syntax.ts'

const DAY_MS = 86_400_000
const UNITS_MS: Record<string, number> = { s: 1_000, m: 60_000, h: 3_600_000, d: DAY_MS, w: 7 * DAY_MS }
const FARTHEST_MS = 36_525 * DAY_MS
const RELATIVE = /^([+-])(\d{1,9})([smhdw])$/
const TIME = /^(\d{4}-\d{2}-\d{2})(?:[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:[Zz]|[+-]\d{2}:\d{2}))?$/

const ordered = new Set<FieldSpec['type']>(['text', 'integer', 'bytes', 'timestamp', 'ipv4'])
const searched = new Set<FieldSpec['type']>([
  'json',
  'text',
  'state',
  'choice',
  'ipv4',
  'cidr',
  'mac',
  'url',
  'path',
  'uuid',
])

/** Whether values of this type are smaller and larger. */
export const isOrdered = (spec: FieldSpec): boolean => ordered.has(spec.type)
/** Whether parts of values of this type can be looked for. */
export const isSearched = (spec: FieldSpec): boolean => searched.has(spec.type)

function wrong(literal: Literal, what: string, remedy: string): never {
  throw new QueryError(literal.at, `${JSON.stringify(literal.text.slice(0, 60))} is not ${what}`, remedy)
}

function integer(literal: Literal, spec: FieldSpec): Operand {
  const { text } = literal
  const value = /^-?\d{1,16}$/.test(text)
    ? Number(text)
    : spec.type === 'bytes'
      ? parseBytes(text)
      : spec.unit === 'ms'
        ? parseDurationMs(text)
        : undefined
  if (value !== undefined && Number.isSafeInteger(value)) return { value }
  if (spec.type === 'bytes') return wrong(literal, 'a size', 'Give whole bytes or a size such as 512MiB or 10GiB.')
  return wrong(literal, 'a whole number', spec.unit === 'ms' ? 'Give milliseconds, or 90s.' : 'Give a whole number.')
}

/** RFC 3339, the day alone for its beginning (UTC), `now`, or `-1d`: so long ago. */
function time(literal: Literal): Operand {
  const { text } = literal
  if (text === 'now') return { fromNowMs: 0 }
  const [, sign, count, unit] = RELATIVE.exec(text) ?? []
  const distanceMs = Number(count) * (UNITS_MS[unit ?? ''] ?? Number.NaN)
  if (distanceMs <= FARTHEST_MS) return { fromNowMs: sign === '-' ? -distanceMs : distanceMs }
  const [, day] = TIME.exec(text) ?? []
  const ms = day ? Date.parse(text.replace(' ', 'T').toUpperCase()) : Number.NaN
  if (day !== undefined && isDay(day) && ms >= Date.UTC(1000, 0) && ms < Date.UTC(9999, 11))
    return { value: new Date(ms).toISOString() }
  return wrong(
    literal,
    'a time',
    'Give one such as 2026-01-31T12:00:00Z or 2026-01-31, or -1d for a day ago (s, m, h, d, w).',
  )
}

/** JavaScript takes the 30th of February for the 2nd of March. */
const isDay = (day: string): boolean => {
  const date = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day)
}

function oneOf(literal: Literal, spec: FieldSpec): Operand {
  const values = spec.values ?? []
  if (values.includes(literal.text)) return { value: literal.text }
  const [close] = similar(literal.text, values)
  return wrong(
    literal,
    `one of ${values.join(', ')}`,
    close ? `Did you mean "${close}"?` : `Give one of ${values.join(', ')}.`,
  )
}

/** @param byName a path that asks by name instead of by id, for the remedy */
function id(literal: Literal, byName: string | undefined): Operand {
  const value = literal.text.toLowerCase()
  if (isUuid(value)) return { value }
  return wrong(literal, 'an id (UUID)', byName ? `Give an id, or ask by name: ${byName} = …` : 'Give an id.')
}

/** The value of a field's type that is written here. @throws {QueryError} */
export function operandOf(literal: Literal, spec: FieldSpec, byName?: string): Operand {
  const { text } = literal
  switch (spec.type) {
    case 'integer':
    case 'bytes':
      return integer(literal, spec)
    case 'boolean':
      return /^(true|false)$/.test(text)
        ? { value: text === 'true' }
        : wrong(literal, 'true or false', 'Give true or false.')
    case 'timestamp':
      return time(literal)
    case 'state':
    case 'choice':
      return oneOf(literal, spec)
    case 'uuid':
    case 'ref':
      return id(literal, byName)
    case 'ipv4':
      return isIPv4(text)
        ? { value: text }
        : wrong(literal, 'an IPv4 address', 'Give one such as 10.0.0.5, or 10.0.0.0/24 for all in it.')
    case 'cidr':
      return isCidr(text) ? { value: text } : wrong(literal, 'an IPv4 prefix', 'Give one such as 10.0.0.0/24.')
    case 'mac':
      return { value: text.toLowerCase() }
    default:
      return { value: text }
  }
}

/** `10.0.0.0/24` for an address: first and last of it; undefined when it is no prefix. */
export function prefixRange({ text }: Literal, spec: FieldSpec): { from: Bound; to: Bound } | undefined {
  const [, address = '', bits = ''] = /^([\d.]+)\/(\d{1,2})$/.exec(text) ?? []
  if (spec.type !== 'ipv4' || !isIPv4(address) || Number(bits) > 32) return undefined
  const size = 2 ** (32 - Number(bits))
  const number = address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
  const first = number - (number % size)
  const bound = (value: number): Bound => ({ operand: { value: dotted(value) }, inclusive: true })
  return { from: bound(first), to: bound(first + size - 1) }
}

const dotted = (value: number): string => [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.')
