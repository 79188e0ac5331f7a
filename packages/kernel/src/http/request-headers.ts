/** Headers of a request that say how it is to be carried out. */
import type { FastifyRequest } from 'fastify'
import type { RouteContext } from '../module.ts'
import { type IdempotencyKey, idempotencyKey } from '../perform/idempotency.ts'
import { invalidField } from '../problem.ts'
import type { Store } from '../store.ts'

const MAX_WAIT_SECONDS = 600

/** `If-Match: "3"` → 3. */
export function ifMatchOf(request: FastifyRequest): number | undefined {
  const header = request.headers['if-match']
  if (header === undefined) return undefined
  const match = /^"(\d{1,15})"$/.exec(header)
  if (!match)
    throw invalidField('If-Match', 'must be an ETag that this API gave', 'Send the ETag of the resource, e.g. "3".')
  return Number(match[1])
}

/** `Prefer: wait=30` → 30 000. */
export function waitOf(request: FastifyRequest): number {
  const match = /(?:^|[,;]\s*)wait=(\d{1,4})/.exec(String(request.headers.prefer ?? ''))
  return Math.min(Number(match?.[1] ?? 0), MAX_WAIT_SECONDS) * 1000
}

/** `Idempotency-Key`, bound to what is asked for. */
export function keyOf(store: Store, { request, caller, body }: RouteContext): IdempotencyKey | undefined {
  const header = request.headers['idempotency-key']
  return typeof header === 'string'
    ? idempotencyKey(store, caller.account, header, { method: request.method, url: request.url, body })
    : undefined
}
