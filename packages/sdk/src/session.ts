/** Logging in and out. */
import type { Http } from './http.ts'

export interface Credentials {
  username: string
  password: string
}

/** An open session. */
export interface OpenSession {
  /** Id of the session, to end it with. */
  id: string
  token: string
  /** When it ends unless it is used before: RFC 3339, UTC. */
  expiresAt: string
  /** When it ends, however much it is used. */
  endsAt: string
  user: string
  username: string
  account: string
  operator: boolean
}

/** Who a token belongs to. */
export interface Me {
  /** Of the session, when there is one. */
  session?: string
  /** Or of the access key. */
  accessKey?: string
  user: string
  username: string
  name: string
  account: string
  operator: boolean
}

export const login = (http: Http, { username, password }: Credentials): Promise<OpenSession> =>
  http.call('POST', '/v1/sessions', { username, password })

/** End the session that the token is of; it is worth nothing afterwards. */
export const logout = (http: Http): Promise<void> => http.call('DELETE', '/v1/sessions/current')
