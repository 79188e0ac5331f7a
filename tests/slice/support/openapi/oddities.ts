/** What no document allows for: odd values, names, bodies, headers and parameters. */
import fc from 'fast-check'

export const MALFORMED_IDS = [
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

export const ODD = fc.oneof(
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

export const NAMES = [
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

const nested = (depth: number): string => `${'['.repeat(depth)}${']'.repeat(depth)}`

/** Bodies that are no JSON, or more of it than anybody needs. */
export const RAW_BODIES: [string, Buffer][] = [
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

export const TYPES = [
  'text/plain',
  'application/x-www-form-urlencoded',
  'multipart/form-data; boundary=x',
  'application/json; charset=utf-16',
  'application/jsonp',
  'application/xml',
  '',
  'x',
]

export const HEADERS: Record<string, string>[] = [
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

export const OTHER_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND']

export const QUERY_NAMES = [
  ...NAMES,
  'q',
  'sort',
  'fields',
  'groupBy',
  'limit',
  'cursor',
  'offset',
  'count',
  'sum',
  'cascade',
]

const base64url = (value: string): string => Buffer.from(value).toString('base64url')

export const QUERY_VALUES = fc.oneof(
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
