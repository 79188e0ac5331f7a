/** The text that is signed. docs/how-to/access-keys.md tells it in words. */
import { createHash, createHmac } from 'node:crypto'

export const SCHEME = 'BASALT-HMAC-SHA256'

/** When the request was made: RFC 3339, UTC. */
export const DATE = 'x-basalt-date'
/** Random text that is never used twice within the time window. */
export const NONCE = 'x-basalt-nonce'
/** SHA-256 of the body in hex, or {@link UNSIGNED_PAYLOAD}. */
export const CONTENT_SHA256 = 'x-basalt-content-sha256'

/** Instead of the body's digest where the body is a stream. */
export const UNSIGNED_PAYLOAD = 'UNSIGNED-PAYLOAD'

/** A request as both sides see it. */
export interface SignedRequest {
  method: string
  /** Path and query as they are sent. */
  url: string
  /** Values of the signed headers, names in lower case; `x-basalt-date`, `-nonce` and `-content-sha256` are among them. */
  headers: Readonly<Record<string, string>>
}

export const sha256 = (data: string | Uint8Array): string => createHash('sha256').update(data).digest('hex')

/** The pairs of a query as they are sent, in order. */
const sortedQuery = (query: string): string => query.split('&').filter(Boolean).sort().join('&')

function canonicalRequest({ method, url, headers }: SignedRequest): string {
  const [path = '', ...query] = url.split('?')
  const names = Object.keys(headers).sort()
  return [
    method.toUpperCase(),
    path,
    sortedQuery(query.join('?')),
    ...names.map((name) => `${name}:${(headers[name] ?? '').trim()}`),
    '',
    names.join(';'),
    headers[CONTENT_SHA256] ?? '',
  ].join('\n')
}

/** The signature in hex. */
export function signatureOf(secret: string, request: SignedRequest): string {
  const { headers } = request
  const text = [SCHEME, headers[DATE] ?? '', headers[NONCE] ?? '', sha256(canonicalRequest(request))].join('\n')
  return createHmac('sha256', secret).update(text).digest('hex')
}
