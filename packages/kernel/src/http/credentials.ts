/** What comes with a request to prove who sends it, and what was found out. */
import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyRequest } from 'fastify'
import type { Caller } from '../caller.ts'

/** The head of a request: its body is not read before it is known who sends it. */
export interface Credentials {
  method: string
  /** Path and query as they came. */
  url: string
  headers: IncomingHttpHeaders
  /** Where it came from. */
  address: string
}

export interface Authenticated {
  caller: Caller
  /** A browser sends these credentials by itself, as it does cookies: a change must come from our own pages. */
  ambient?: boolean
  /** SHA-256 in hex that the body must have; null when the sender left the body out of its signature. */
  bodySha256?: string | null
  /** The caller as of later, with the rights it has then; null when its credentials count no more. `used`: somebody was at work. */
  current(used: boolean): Promise<Caller | null>
}

/** Null when the credentials are unknown or expired. Throws a `Problem` when more can be told. */
export type Authenticate = (credentials: Credentials) => Promise<Authenticated | null>

export const credentialsOf = (request: FastifyRequest): Credentials => ({
  method: request.method,
  url: request.raw.url ?? request.url,
  headers: request.headers,
  address: request.ip,
})
