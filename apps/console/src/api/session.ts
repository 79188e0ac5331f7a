/** Who is logged in, in this tab. The token lives in session storage: closing the tab forgets it. */

export interface Session {
  id: string
  token: string
  expiresAt: string
  /** Id of the user. */
  user: string
  username: string
  account: string
  operator: boolean
}

export interface SessionStore {
  /** The session, or null when nobody is logged in. The same object until it changes. */
  get(): Session | null
  set(session: Session | null): void
  subscribe(listener: () => void): () => void
}

const KEY = 'basalt.session'

function read(storage: Storage): Session | null {
  const text = storage.getItem(KEY)
  if (!text) return null
  try {
    const session = JSON.parse(text) as Session
    return Date.parse(session.expiresAt) > Date.now() ? session : null
  } catch {
    // Not ours, or cut short: as if nobody were logged in.
    return null
  }
}

export function createSessionStore(storage: Storage): SessionStore {
  const listeners = new Set<() => void>()
  let current = read(storage)
  return {
    get: () => current,
    set(session) {
      current = session
      if (session) storage.setItem(KEY, JSON.stringify(session))
      else storage.removeItem(KEY)
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}
