/** Signing, for clients. */
import { randomBytes } from 'node:crypto'
import { authorizationOf } from './authorization.ts'
import { CONTENT_SHA256, DATE, NONCE, sha256, signatureOf, UNSIGNED_PAYLOAD } from './canonical.ts'

/** An access key as a client has it. */
export interface SigningKey {
  id: string
  /** As it was shown when the key was made. */
  secret: string
}

export interface ToSign {
  method: string
  /** Path and query as they will be sent. */
  url: string
  /** What will be sent; names in lower case. */
  headers: Readonly<Record<string, string>>
  /** Text, or a stream that is sent unsigned. */
  body?: string | AsyncIterable<Uint8Array>
}

/** Headers that change what a request means: they are signed where they are sent. */
const MEANINGFUL = ['basalt-account', 'content-type', 'idempotency-key', 'if-match', 'prefer']

/** The headers of the request with those that sign it. Each attempt is signed anew: a nonce counts once. */
export function signedHeaders(key: SigningKey, { method, url, headers, body }: ToSign): Record<string, string> {
  const added = {
    [DATE]: new Date().toISOString(),
    [NONCE]: randomBytes(18).toString('base64url'),
    [CONTENT_SHA256]: body === undefined || typeof body === 'string' ? sha256(body ?? '') : UNSIGNED_PAYLOAD,
  }
  const meaningful = MEANINGFUL.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]] as const]))
  const signed = { ...Object.fromEntries(meaningful), ...added }
  const authorization = authorizationOf({
    credential: key.id,
    signedHeaders: Object.keys(signed).sort(),
    signature: signatureOf(key.secret, { method, url, headers: signed }),
  })
  return { ...headers, ...added, authorization }
}
