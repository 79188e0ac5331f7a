import { EventEmitter } from 'node:events'
import type { HostRoutes } from '@basalt/transport'
import { expect, test } from 'vitest'
import { createAwaitHost } from './host-return.ts'

/** The part of the routes that tells who is here. */
function presence() {
  const events = new EventEmitter() as HostRoutes['events']
  const here = new Set<string>()
  return {
    hub: { events, host: (id: string) => (here.has(id) ? ({ node: 'a' } as never) : undefined) },
    come(id: string) {
      here.add(id)
      events.emit('connected', { hostId: id } as never)
    },
    leave(id: string) {
      here.delete(id)
      events.emit('disconnected', { hostId: id } as never, { replaced: false } as never)
    },
  }
}

const LONG_MS = 3_600_000
const never = new AbortController().signal

test('a host that is here is not waited for, one that left is until it is back', async () => {
  const { hub, come, leave } = presence()
  const awaitHost = createAwaitHost(hub, () => LONG_MS)
  come('a')
  await awaitHost('a', never)
  leave('a')
  let isBack = false
  const waiting = Promise.all([awaitHost('a', never), awaitHost('a', never)]).then(() => {
    isBack = true
  })
  come('b')
  await Promise.resolve()
  expect(isBack).toBe(false)
  come('a')
  await waiting
})

test('patience ends with the grace, and when the caller gives up', async () => {
  const { hub, leave } = presence()
  leave('a')
  await createAwaitHost(hub, () => 1)('a', never)
  await createAwaitHost(hub, () => 0)('a', never)
  const giveUp = new AbortController()
  const waiting = createAwaitHost(hub, () => LONG_MS)('a', giveUp.signal)
  giveUp.abort()
  await waiting
})
