/** Session tokens, and the cookie that carries one for the console. */
import { hash, randomBytes } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

export const newToken = (): string => randomBytes(32).toString('base64url')

/** What is kept of a token. It is random enough that a plain hash cannot be turned back. */
export const hashOfToken = (token: string): string => hash('sha256', token, 'base64url')

/** `__Host-`: browsers take it over HTTPS only, for this very host. */
const COOKIE = '__Host-basalt-session'
const ATTRIBUTES = 'Path=/; HttpOnly; Secure; SameSite=Strict'

/** Without a lifetime: it is gone with the browser. */
export const setCookie = (token: string): string => `${COOKIE}=${token}; ${ATTRIBUTES}`
export const clearCookie = `${COOKIE}=; ${ATTRIBUTES}; Max-Age=0`

const tokenOfCookie = (cookies: string | undefined): string | null =>
  new RegExp(`(?:^|;\\s*)${COOKIE}=([A-Za-z0-9_-]{1,128})(?:;|$)`).exec(cookies ?? '')?.[1] ?? null

/** The token of a request; `ambient` when the browser sent it by itself. */
export function tokenOf({ authorization, cookie }: IncomingHttpHeaders): { token: string; ambient: boolean } | null {
  if (authorization !== undefined) {
    const [, token] = /^Bearer ([A-Za-z0-9._~+/=-]{1,512})$/.exec(authorization) ?? []
    return token ? { token, ambient: false } : null
  }
  const token = tokenOfCookie(cookie)
  return token ? { token, ambient: true } : null
}
