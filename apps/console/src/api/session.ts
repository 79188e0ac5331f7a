/** Who is logged in. The token lives in the session storage of each tab: closing the last one forgets it. */

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

type Message = { ask: true } | { session: Session } | { end: string }

/** Shares the session with the other tabs of this origin: a new tab is logged in as they are, and logging out of one ends all. */
export function shareSession(store: SessionStore, channel: BroadcastChannel): void {
  let known = store.get()
  const tell = (message: Message): void => channel.postMessage(message)
  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    const current = store.get()
    if ('ask' in data && current) tell({ session: current })
    if ('session' in data && !current) store.set(data.session)
    if ('end' in data && current?.id === data.end) store.set(null)
  }
  store.subscribe(() => {
    const ended = store.get() ? null : known
    known = store.get()
    if (ended) tell({ end: ended.id })
  })
  if (!known) tell({ ask: true })
}
