import type { FastifyReply, FastifyRequest } from 'fastify'

/** noVNC and antd set inline styles; nothing else comes from elsewhere or inline. `'self'` takes in the WebSockets of consoles. */
const POLICY =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; connect-src 'self'; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"

/** Headers that every answer carries. */
export const SECURITY_HEADERS = {
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'content-security-policy': POLICY,
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
} as const

/** They, and those that depend on the request. */
export const headersFor = ({ id, isSecure }: { id: string; isSecure: boolean }): Record<string, string> => ({
  ...SECURITY_HEADERS,
  'x-request-id': id,
  ...(isSecure ? { 'strict-transport-security': 'max-age=31536000' } : {}),
})

/** Sets them. */
export function securityHeaders(
  request: FastifyRequest,
  reply: FastifyReply,
  payload: unknown,
  done: (error: null, payload: unknown) => void,
): void {
  reply.headers(headersFor({ id: request.id, isSecure: request.protocol === 'https' }))
  if (request.url.startsWith('/v1/') && !reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
  done(null, payload)
}
