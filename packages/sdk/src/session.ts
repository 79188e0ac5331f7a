/** Logging in and out. */
import { SdkError } from './errors.ts'
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
  /** RFC 3339, UTC. */
  expiresAt: string
  user: string
  username: string
  account: string
  operator: boolean
}

/** Who a token belongs to. */
export interface Me {
  user: string
  username: string
  name: string
  account: string
  operator: boolean
}

export const login = (http: Http, { username, password }: Credentials): Promise<OpenSession> =>
  http.call('POST', '/v1/sessions', { username, password })

/** End the session; its token is worth nothing afterwards. */
export async function logout(http: Http, session: string | undefined): Promise<void> {
  if (session === undefined)
    throw new SdkError('NO_SESSION', 'The session of this token is not known.', {
      remedy: 'Give its id besides the token, or delete it by its id.',
    })
  await http.call('DELETE', `/v1/sessions/${encodeURIComponent(session)}`)
}
