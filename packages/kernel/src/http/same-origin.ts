/** Protection against requests that a foreign page makes with the cookie of whoever looks at it. */
import type { IncomingHttpHeaders } from 'node:http'
import { Problem } from '../problem.ts'

const SAFE = new Set(['GET', 'HEAD'])

const hostOf = (origin: string): string | null => (URL.canParse(origin) ? new URL(origin).host : null)

/**
 * Whether a browser says that our own page makes the request: `Sec-Fetch-Site` (no script can set it), or else `Origin`, which browsers
 * send with every request that is not a plain read.
 */
export function isSameOrigin(headers: IncomingHttpHeaders): boolean {
  const site = headers['sec-fetch-site']
  if (site !== undefined) return site === 'same-origin'
  return headers.origin !== undefined && hostOf(headers.origin) === (headers.host ?? '').toLowerCase()
}

/** @throws Problem when a request with a cookie changes something, and does not come from our own page */
export function requireSameOrigin(method: string, headers: IncomingHttpHeaders): void {
  if (SAFE.has(method) || isSameOrigin(headers)) return
  throw new Problem({
    status: 403,
    code: 'CROSS_ORIGIN',
    detail: 'A request with a session cookie must come from the console itself.',
    remedy: 'Programs send a token or a signature in the Authorization header instead of a cookie.',
  })
}
