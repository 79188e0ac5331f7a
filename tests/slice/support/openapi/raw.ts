/** Bytes on a connection that are no request, or hardly one. */
import fc from 'fast-check'

const HOST = 'Host: a'

const request = (lines: string[], body = ''): string => `${lines.join('\r\n')}\r\n\r\n${body}`

const post = (headers: string[], body = ''): string => request(['POST /v1/tags HTTP/1.1', HOST, ...headers], body)

/** What is wrong, what is sent, and the code of the problem that it is answered with. */
export const BROKEN_HTTP: [string, string, string][] = [
  ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 nonsense\r\n\r\n', 'MALFORMED_HTTP'],
  ['another protocol', request(['GET /v1/health SPDY/3', HOST]), 'MALFORMED_HTTP'],
  ['a method of nobody', request(['NONSENSE /v1/health HTTP/1.1', HOST]), 'MALFORMED_HTTP'],
  ['a space in the path', request(['GET /v1/he alth HTTP/1.1', HOST]), 'MALFORMED_HTTP'],
  ['a header without colon', request(['GET /v1/health HTTP/1.1', HOST, 'nonsense']), 'MALFORMED_HTTP'],
  ['a header with a NUL', request(['GET /v1/health HTTP/1.1', HOST, 'X: a\0b']), 'MALFORMED_HTTP'],
  ['a line folded', request(['GET /v1/health HTTP/1.1', HOST, 'X: a', ' : b']), 'MALFORMED_HTTP'],
  ['headers cut off', 'GET /v1/health HTTP/1.1\r\nHost: a\r\nAcc', 'MALFORMED_HTTP'],
  ['no Host', request(['GET /v1/health HTTP/1.1']), 'MALFORMED_HTTP'],
  ['a length that is none', post(['Content-Length: x']), 'MALFORMED_HTTP'],
  ['a negative length', post(['Content-Length: -1']), 'MALFORMED_HTTP'],
  ['two lengths', post(['Content-Length: 2', 'Content-Length: 3'], '{}'), 'MALFORMED_HTTP'],
  ['a length and chunks', post(['Content-Length: 2', 'Transfer-Encoding: chunked'], '{}'), 'MALFORMED_HTTP'],
  ['chunks of no size', post(['Transfer-Encoding: chunked'], 'x\r\n{}\r\n0\r\n\r\n'), 'MALFORMED_HTTP'],
  ['an unknown coding', post(['Transfer-Encoding: nonsense'], '{}'), 'MALFORMED_HTTP'],
  ['headers without end', request(['GET /v1/health HTTP/1.1', HOST, `X: ${'x'.repeat(20_000)}`]), 'HEADERS_TOO_LARGE'],
  ['an address without end', request([`GET /v1/health?${'x'.repeat(20_000)} HTTP/1.1`, HOST]), 'HEADERS_TOO_LARGE'],
  ['a tunnel', request(['CONNECT a:443 HTTP/1.1', HOST]), 'METHOD_NOT_ALLOWED'],
  ['an expectation', post(['Expect: nonsense', 'Content-Length: 0']), 'EXPECTATION_FAILED'],
  [
    'an upgrade to nothing',
    request(['GET /v1/vms HTTP/1.1', HOST, 'Connection: upgrade', 'Upgrade: x']),
    'TICKET_REFUSED',
  ],
  ['a stray percent sign', request(['GET /v1/vms/%zz HTTP/1.1', HOST]), 'MALFORMED_URL'],
  ['a path that is no UTF-8', request(['GET /v1/vms/%ff%fe HTTP/1.1', HOST]), 'MALFORMED_URL'],
]

/** A request with octets changed, left out or put in, and plain noise. */
export const noise: fc.Arbitrary<Buffer> = fc.oneof(
  fc.uint8Array({ minLength: 1, maxLength: 300 }).map((octets) => Buffer.from(octets)),
  fc
    .tuple(
      fc.constantFrom(...BROKEN_HTTP.map(([, text]) => text.slice(0, 400)), post(['Content-Length: 2'], '{}')),
      fc.nat(200),
      fc.nat(3),
      fc.uint8Array({ maxLength: 4 }),
    )
    .map(([text, at, removed, put]) => {
      const octets = Buffer.from(text, 'latin1')
      return Buffer.concat([octets.subarray(0, at), put, octets.subarray(at + removed)])
    }),
)

export interface RawAnswer {
  status: number
  type: string
  text: string
}

/** The first answer of what came back on a connection. @throws when that is no answer */
export function firstAnswer(reply: string): RawAnswer {
  const [head = '', ...rest] = reply.split('\r\n\r\n')
  const [, status] = /^HTTP\/1\.1 (\d{3}) [^\r\n]*/.exec(head) ?? []
  if (!status) throw new Error(`no answer: ${JSON.stringify(reply.slice(0, 200))}`)
  const header = (name: string): string => new RegExp(`^${name}: *([^\\r\\n]*)`, 'im').exec(head)?.[1] ?? ''
  const body = Buffer.from(rest.join('\r\n\r\n'), 'latin1')
  const length = Number(header('content-length') || body.length)
  return { status: Number(status), type: header('content-type'), text: body.subarray(0, length).toString('utf8') }
}
