/** Who sends a request: a bearer token, a console's cookie, or the signature of an access key. */
import type { Authenticate } from '@basalt/kernel'
import type { AccessKeys } from './access-key/verify.ts'
import type { SessionLookup } from './session/lookup.ts'
import { tokenOf } from './session/token.ts'

export const createAuthenticate =
  (sessions: SessionLookup, accessKeys: AccessKeys): Authenticate =>
  async (credentials) => {
    if (accessKeys.recognises(credentials)) return accessKeys.authenticate(credentials)
    const { token, ambient } = tokenOf(credentials.headers) ?? {}
    const caller = token ? await sessions.find(token, true) : null
    if (!token || !caller) return null
    return { caller, ambient, current: (used) => sessions.find(token, used) }
  }
