/** Requests made from an operation of the document: such as it says they should be, and others. */
import fc from 'fast-check'
import type { Operation, Parameter, Schema } from './document.ts'
import { fitting, idOf, type Known } from './values.ts'

export interface Request {
  method: string
  /** Path and query as they are sent. */
  target: string
  headers: Record<string, string | string[]>
  body?: Buffer
}

/** What a request is made of, before anything is written as text. */
interface Parts {
  method: string
  id: string
  query: [string, string][]
  headers: Record<string, string>
  type: string
  body: unknown
}

const JSON_TYPE = 'application/json'

const MALFORMED_IDS = [
  'x',
  '%00',
  '%2e%2e',
  '%2Fetc%2Fpasswd',
  '__proto__',
  'constructor',
  '%F0%9F%8F%94',
  'A'.repeat(99),
  'A'.repeat(1_000),
  "'%20or%20true--",
  '00000000-0000-0000-0000-000000000000',
]

export const encoded = (value: string): string => encodeURIComponent(value.replace(/\p{Cs}/gu, '\ufffd'))

function written({ path }: Operation, { method, id, query, headers, type, body }: Parts): Request {
  const search = query.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&')
  const bytes = body === undefined ? undefined : Buffer.isBuffer(body) ? body : Buffer.from(JSON.stringify(body))
  return {
    method,
    target: path.replace('{id}', id) + (search && `?${search}`),
    headers: { ...headers, ...(bytes ? { 'content-type': type, 'content-length': String(bytes.length) } : {}) },
    body: bytes,
  }
}

/** Each of them given or left out. */
function someOf(parameters: Parameter[], known: Known, mayLeaveOut = true): fc.Arbitrary<Record<string, string>> {
  const values = parameters.map(({ name, schema, example }): [string, fc.Arbitrary<string>] => {
    const value = fitting(schema, name, known).map(String)
    return [name, typeof example === 'string' ? fc.oneof(fc.constant(example), value) : value]
  })
  const requiredKeys = parameters.filter(({ required }) => required || !mayLeaveOut).map(({ name }) => name)
  return fc.record(Object.fromEntries(values), { requiredKeys, noNullPrototype: true }) as fc.Arbitrary<
    Record<string, string>
  >
}

/** A few of many: a list takes a parameter for each of its fields, and most of them together find nothing. */
function few(parameters: Parameter[], known: Known): fc.Arbitrary<Record<string, string>> {
  const required = parameters.filter((parameter) => parameter.required)
  const others = parameters.filter((parameter) => !parameter.required)
  return fc
    .subarray(others, { maxLength: Math.min(3, others.length) })
    .chain((chosen) => someOf([...required, ...chosen], known, false))
}

/** Only what can stand in a header: visible characters. */
const asHeaders = (values: Record<string, string>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [name, value.replace(/[^\x20-\x7e]/g, '~').trim()]))

function bodyOf({ body }: Operation, known: Known): { type: string; value: fc.Arbitrary<unknown> } {
  const [type, content] = Object.entries(body?.content ?? {})[0] ?? [JSON_TYPE, undefined]
  if (!body) return { type, value: fc.constant(undefined) }
  if (type !== JSON_TYPE) return { type, value: fc.uint8Array({ maxLength: 2_000 }).map((bytes) => Buffer.from(bytes)) }
  const value = fitting(content?.schema ?? {}, '', known)
  return { type, value: body.required ? value : fc.option(value, { nil: undefined, freq: 4 }) }
}

/** Values of `Prefer` that come back soon. */
const PREFER: Schema = { type: 'string', enum: ['wait=0', 'respond-async, wait=0', 'return=minimal'] }

function partsOf(operation: Operation, known: Known): fc.Arbitrary<Parts> {
  const { parameters, method } = operation
  const { type, value } = bodyOf(operation, known)
  const headers = parameters
    .filter((parameter) => parameter.in === 'header')
    .map((parameter) => (parameter.name === 'Prefer' ? { ...parameter, schema: PREFER } : parameter))
  return fc.record({
    method: fc.constant(method),
    id: idOf(known.ids('id')),
    query: few(
      parameters.filter((parameter) => parameter.in === 'query'),
      known,
    ).map((values) => Object.entries(values)),
    headers: fc.option(someOf(headers, known).map(asHeaders), { nil: {}, freq: 1 }),
    type: fc.constant(type),
    body: value,
  })
}

/** Requests as the document describes them. */
export const fittingRequests = (operation: Operation, known: Known): fc.Arbitrary<Request> =>
  partsOf(operation, known).map((parts) => written(operation, parts))

const ODD = fc.oneof(
  fc.constantFrom<unknown>(
    null,
    '',
    '\0',
    'a\0b',
    '\ud800',
    '\udc00\ud800',
    -1,
    -0,
    1.5,
    1e308,
    2 ** 53,
    true,
    [],
    {},
    [[]],
    '10.0.0.0/33',
    '9'.repeat(400),
    '2026-02-30T00:00:00Z',
    'x'.repeat(70_000),
    ['__proto__', 'constructor'],
    JSON.parse('{"__proto__": {"admin": true}, "constructor": {"prototype": 1}, "toString": 1}'),
  ),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.jsonValue({ maxDepth: 3 }),
)

const NAMES = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'surplus',
  '',
  'a.b',
  'a\0b',
  '🏔️',
  'id',
  'account',
]

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value)

/** With a member set, also where the name is one that assignment would not set. */
const withMember = (value: Record<string, unknown>, name: string, member: unknown): Record<string, unknown> =>
  Object.fromEntries([...Object.entries(value), [name, member]])

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`

/** Bodies that are no JSON, or more of it than anybody needs. */
const RAW_BODIES: [string, Buffer][] = [
  ['', Buffer.alloc(0)],
  ['truncated', Buffer.from('{"name": "a')],
  ['a stray comma', Buffer.from('{"name": "a",}')],
  ['twice', Buffer.from('{"name": "a", "name": {}}')],
  ['NaN', Buffer.from('{"name": NaN}')],
  ['a huge number', Buffer.from(`{"name": 1e9999, "memoryBytes": ${'9'.repeat(400)}}`)],
  ['invalid UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0xc0, 0x22, 0x3a, 0x31, 0x7d])],
  ['a byte order mark', Buffer.from('\ufeff{}')],
  ['NUL', Buffer.from('\0')],
  ['UTF-16', Buffer.from('{}', 'utf16le')],
  ['deep', Buffer.from(nested(100_000))],
  ['deep in an object', Buffer.from(`{"name":${nested(33)}}`)],
  ['quotes without an end', Buffer.from(`"${'\\"'.repeat(200_000)}`)],
  ['an array', Buffer.from('[]')],
  ['a text', Buffer.from('"x"')],
  ['null', Buffer.from('null')],
  ['too long', Buffer.from(JSON.stringify({ name: 'x'.repeat(1_100_000) }))],
]

const TYPES = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/json; charset=utf-16',
  'application/jsonp',
  'application/xml',
  '',
  'x',
]

const HEADERS: Record<string, string>[] = [
  { 'if-match': '*' },
  { 'if-match': 'W/"1"' },
  { 'if-match': '"999999999999999999"' },
  { 'idempotency-key': '' },
  { 'idempotency-key': 'k'.repeat(256) },
  { 'idempotency-key': '\u00ff\u0080' },
  { prefer: 'wait=-1' },
  { prefer: 'wait=,wait=x;;wait=0' },
  { 'basalt-account': 'x' },
  { 'basalt-account': '__proto__' },
  { 'basalt-account': '00000000-0000-0000-0000-000000000000' },
  { 'last-event-id': '99999999999999999999-1' },
  { 'last-event-id': 'x' },
  { traceparent: '00-x-y-z' },
  { accept: 'application/xml' },
  { 'accept-encoding': 'nonsense' },
  { 'if-none-match': '"x' },
  { cookie: '__Host-basalt-session=%ff; a=b=c; =' },
  { 'x-forwarded-for': "127.0.0.1, ::1, '" },
  { 'content-encoding': 'gzip' },
  { expect: 'nonsense' },
]

const OTHER_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND']

type Breaking = (parts: Parts) => fc.Arbitrary<Parts>

/** Right but for one thing, so that it comes far. */
const BREAKINGS: { weight: number; arbitrary: Breaking }[] = [
  {
    weight: 6,
    arbitrary: (parts) => {
      if (!isObject(parts.body)) return ODD.map((body) => ({ ...parts, body }))
      const { body } = parts
      const name = fc.constantFrom(...Object.keys(body), ...NAMES)
      return fc.oneof(
        fc.tuple(name, ODD).map(([member, value]) => ({ ...parts, body: withMember(body, member, value) })),
        name.map((member) => ({ ...parts, body: withMember(body, member, undefined) })),
      )
    },
  },
  { weight: 2, arbitrary: (parts) => fc.constantFrom(...RAW_BODIES).map(([, body]) => ({ ...parts, body })) },
  {
    weight: 1,
    arbitrary: (parts) => fc.constantFrom(...TYPES).map((type) => ({ ...parts, type, body: parts.body ?? {} })),
  },
  { weight: 2, arbitrary: (parts) => fc.constantFrom(...MALFORMED_IDS).map((id) => ({ ...parts, id })) },
  {
    weight: 2,
    arbitrary: (parts) =>
      fc.constantFrom(...HEADERS).map((headers) => ({ ...parts, headers: { ...parts.headers, ...headers } })),
  },
  { weight: 1, arbitrary: (parts) => fc.constantFrom(...OTHER_METHODS).map((method) => ({ ...parts, method })) },
  {
    weight: 4,
    arbitrary: (parts) => {
      const name = fc.constantFrom(...parts.query.map(([known]) => known), ...QUERY_NAMES)
      return fc
        .array(fc.tuple(name, QUERY_VALUES), { minLength: 1, maxLength: 3 })
        .map((query) => ({ ...parts, query: [...parts.query, ...query] }))
    },
  },
]

const QUERY_NAMES = [...NAMES, 'q', 'sort', 'fields', 'groupBy', 'limit', 'cursor', 'offset', 'count', 'sum', 'cascade']

const base64url = (value: string): string => Buffer.from(value).toString('base64url')

const QUERY_VALUES = fc.oneof(
  fc.constantFrom(
    '',
    '\0',
    '-1',
    '0',
    '1',
    'null',
    'true',
    '9'.repeat(25),
    'name',
    '-createdAt,id',
    '__proto__',
    'constructor.name',
    'zone.name.x',
    "name ~ 'a' or not state = running",
    'account.users(name = x',
    `${'('.repeat(5_000)}name = a`,
    `not ${'not '.repeat(2_000)}name = a`,
    "name = '\\",
    '2026-01-01T00:00:00Z',
    'x'.repeat(4_000),
    base64url('1 ------------------------------------'),
    base64url('2020 11111111-1111-4111-8111-111111111111'),
    base64url('{"__proto__":1}'),
  ),
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.string({ maxLength: 60 }).map(base64url),
)

const chosen = fc.oneof(...BREAKINGS.map(({ weight, arbitrary }) => ({ weight, arbitrary: fc.constant(arbitrary) })))

/** Requests with one thing, or a few, that the document does not allow for. */
export const brokenRequests = (operation: Operation, known: Known): fc.Arbitrary<Request> =>
  fc
    .tuple(partsOf(operation, known), fc.array(chosen, { minLength: 1, maxLength: 2 }))
    .chain(([parts, breakings]) =>
      breakings.reduce<fc.Arbitrary<Parts>>((broken, breaking) => broken.chain(breaking), fc.constant(parts)),
    )
    .map((parts) => written(operation, parts))
