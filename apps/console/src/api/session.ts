/** Whose session it is. What proves it is a cookie that no script can read; the server tells whom it belongs to. */

export interface Session {
  id: string
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

export function createSessionStore(): SessionStore {
  const listeners = new Set<() => void>()
  let current: Session | null = null
  return {
    get: () => current,
    set(session) {
      if (session?.id === current?.id) return
      current = session
      for (const listener of listeners) listener()
    },
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
  }
}

type Message = { session: Session } | { end: string }

/** The cookie is the same in all tabs of this origin: they learn of each other's logins and logouts. */
export function shareSession(store: SessionStore, channel: BroadcastChannel): void {
  let known = store.get()
  channel.onmessage = ({ data }: MessageEvent<Message>) => {
    if ('session' in data) store.set(data.session)
    else if (store.get()?.id === data.end) store.set(null)
  }
  store.subscribe(() => {
    const [before, now] = [known, store.get()]
    known = now
    const message: Message | null = now ? { session: now } : before && { end: before.id }
    if (message) channel.postMessage(message)
  })
}
