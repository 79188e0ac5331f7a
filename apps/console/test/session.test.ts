import { expect, test } from 'vitest'
import { createSessionStore, type Session, type SessionStore, shareSession } from '../src/api/session.ts'

/** A tab, joined with the others by a channel that delivers at once. */
function tabs(count: number): SessionStore[] {
  const channels: { onmessage?: (message: { data: unknown }) => void; postMessage(data: unknown): void }[] = []
  return Array.from({ length: count }, () => {
    const store = createSessionStore()
    const channel: (typeof channels)[number] = {
      postMessage(data) {
        for (const other of channels) if (other !== channel) other.onmessage?.({ data })
      },
    }
    channels.push(channel)
    shareSession(store, channel as unknown as BroadcastChannel)
    return store
  })
}

const sessionOf = (username: string): Session => ({
  id: `session of ${username}`,
  user: username,
  username,
  account: username,
  operator: false,
})

test('[ui.console] a login in one tab is one in all, also as somebody else; so is a logout', () => {
  const [first, second, third] = tabs(3) as [SessionStore, SessionStore, SessionStore]
  first.set(sessionOf('ada'))
  expect([second, third].map((tab) => tab.get()?.username)).toEqual(['ada', 'ada'])
  second.set(sessionOf('bob'))
  expect([first, third].map((tab) => tab.get()?.username)).toEqual(['bob', 'bob'])
  third.set(null)
  expect([first, second].map((tab) => tab.get())).toEqual([null, null])
})
