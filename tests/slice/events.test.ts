import { once } from 'node:events'
import { type CloudEnvironment, cloud, until } from '@basalt/testkit'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { followStream, type Seen } from './support/event-stream.ts'

let env: CloudEnvironment
const tokens = { ada: '', bob: '' }
beforeAll(async () => {
  env = await cloud({ hosts: 1 })
  for (const who of ['ada', 'bob'] as const) {
    const { body } = await env.call(null, 'POST', '/v1/sessions', { username: who, password: env.passwords[who] })
    tokens[who] = body.token as string
  }
})
afterAll(() => env.close())

const follow = (token: string, ...rest: [string | null, string, (seen: Seen[]) => boolean]) =>
  followStream(env.controlPlane(), token, ...rest)

test('[core.events] every event comes exactly once and in order, however often the client reconnects', async () => {
  const start = await follow(tokens.ada, null, '', () => true)
  expect(start.contentType).toBe('text/event-stream')
  const { body: made } = await env.createVm({ name: 'followed' })
  await env.ok('ada', 'POST', `/v1/vms/${made.resource}/stop`)
  await env.ok('ada', 'POST', `/v1/vms/${made.resource}/start`)
  await env.ok('ada', 'DELETE', `/v1/vms/${made.resource}`)
  const isEnd = (seen: Seen[]) =>
    seen.some(({ kind, change, resource }) => kind === 'vm' && change === 'deleted' && resource === made.resource)
  const whole = (await follow(tokens.ada, start.cursor, '', isEnd)).seen
  expect(new Set(whole.map(({ id }) => id)).size).toBe(whole.length)
  for (const resource of new Set(whole.map((event) => event.resource))) {
    const changes = whole.filter((event) => event.resource === resource && event.change !== 'deleted')
    const versions = changes.map(({ data }) => data.version)
    expect(versions).toEqual(versions.map((_, index) => (versions[0] ?? 0) + index))
  }
  const states = whole.filter(({ kind }) => kind === 'vm').map(({ data }) => data.state)
  const wanted = ['creating', 'running', 'stopping', 'stopped', 'starting', 'running', 'deleting']
  expect(states.filter((state, index) => state !== states[index - 1])).toEqual(wanted)
  await fc.assert(
    fc.asyncProperty(fc.infiniteStream(fc.integer({ min: 1, max: 9 })), async (cuts) => {
      const all: Seen[] = []
      let { cursor } = start
      while (!isEnd(all)) {
        const count = cuts.next().value as number
        const part = await follow(tokens.ada, cursor, '', (seen) => seen.length >= count || isEnd(seen))
        all.push(...part.seen)
        cursor = part.cursor
      }
      expect(all.map(({ id }) => id)).toEqual(whole.slice(0, all.length).map(({ id }) => id))
      expect(all.length).toBeGreaterThanOrEqual(whole.findIndex((event) => isEnd([event])))
    }),
    { numRuns: 4 },
  )
})

test('[iam.isolation] [core.events] the stream of a tenant shows nothing of another, filters or not', async () => {
  const account = (await env.call('bob', 'GET', '/v1/me')).body.account
  const start = await follow(tokens.bob, null, '', () => true)
  const { body: made } = await env.createVm({ name: 'hidden' })
  await env.ok('ada', 'DELETE', `/v1/vms/${made.resource}`)
  const { zone } = env.furniture
  const network = await env.ok('bob', 'POST', '/v1/networks', { name: 'own', zone, cidr: '10.0.0.0/24' })
  const isOwn = (seen: Seen[]) =>
    seen.some(({ resource, data }) => resource === network.resource && data.state === 'ready')
  for (const query of ['', '?kind=network,vm,task,nic,volume']) {
    const { seen } = await follow(tokens.bob, start.cursor, query, isOwn)
    expect(seen.filter(({ data }) => data.account !== account)).toEqual([])
    expect(JSON.stringify(seen)).not.toContain(made.resource)
  }
  expect((await env.call('bob', 'GET', '/v1/events?kind=host')).status).toBe(400)
})

test('[iam.sessions] [core.events] a stream ends when its session does', async () => {
  const { body } = await env.call(null, 'POST', '/v1/sessions', { username: 'bob', password: env.passwords.bob })
  const stream = follow(body.token as string, null, '?kind=vm', () => false)
  await env.ok('bob', 'DELETE', `/v1/sessions/${body.id}`)
  await stream
})

test('[iam.sessions] [vm.console] a console ends when the session ends that opened it, and a ticket of it opens none', async () => {
  const { body: session } = await env.call(null, 'POST', '/v1/sessions', {
    username: 'ada',
    password: env.passwords.ada,
  })
  const vm = await env.createVm({ name: 'watched' })
  const { apiUrl, caPem: ca } = env.controlPlane()
  const ticket = async () => {
    const headers = { authorization: `Bearer ${session.token}` }
    const path = `/v1/vms/${vm.body.resource}/console`
    const { body } = await env.call(null, 'POST', path, { kind: 'serial' }, headers)
    return new URL(String(body.path), apiUrl.replace('https', 'wss'))
  }
  const line = new WebSocket(await ticket(), { ca })
  await once(line, 'open')
  const unused = await ticket()
  const closed = once(line, 'close')
  await env.ok('ada', 'DELETE', `/v1/sessions/${session.id}`)
  await closed
  const late = new WebSocket(unused, { ca })
  const [error] = await once(late, 'error')
  expect(String(error)).toContain('403')
})

/** Somebody of ada's account whose only role there can be taken away. */
async function watcher(name: string): Promise<{ token: string; take(): Promise<void>; give(): Promise<void> }> {
  const role = (await env.items('operator', '/v1/roles?key=member'))[0]?.id
  const user = { name, username: name, password: 'a-good-password', role }
  const { id } = await env.ok('ada', 'POST', '/v1/users', user)
  const { body } = await env.call(null, 'POST', '/v1/sessions', { username: name, password: user.password })
  return {
    token: String(body.token),
    async take() {
      for (const binding of await env.items('ada', `/v1/role-bindings?user=${id}`))
        await env.ok('ada', 'DELETE', `/v1/role-bindings/${binding.id}`)
    },
    async give() {
      await env.ok('ada', 'POST', '/v1/role-bindings', { user: id, role, scope: 'account' })
    },
  }
}

test('[iam.roles] [core.events] an open stream tells nothing more of what one may not see any more, at once', async () => {
  const person = await watcher('narrowed')
  const start = await follow(person.token, null, '', () => true)
  const network = (await env.items('ada', '/v1/networks'))[0]?.id
  const rename = (name: string) => env.ok('ada', 'PATCH', `/v1/networks/${network}`, { name })
  let isRead = (): void => {}
  const read = new Promise<void>((resolve) => {
    isRead = resolve
  })
  const names = (seen: Seen[]) => seen.filter(({ kind }) => kind === 'network').map(({ data }) => data.name)
  const stream = follow(person.token, start.cursor, '', (seen) => {
    if (names(seen).includes('before')) isRead()
    return names(seen).includes('after')
  })
  await rename('before')
  await read
  await person.take()
  for (const name of ['hidden-1', 'hidden-2']) await rename(name)
  await person.give()
  // What is given counts for a quiet stream a moment later.
  const told = stream.then(({ seen }) => names(seen))
  let isOver = false
  told.finally(() => {
    isOver = true
  })
  await until('it is told again', async () => {
    await rename('after')
    return isOver
  })
  expect((await told).filter((name) => String(name).startsWith('hidden'))).toEqual([])
  await rename('net1')
})

test('[iam.roles] [vm.console] a console ends when the right to it is taken away, and a ticket opens none any more', async () => {
  const person = await watcher('looker')
  const vm = await env.createVm({ name: 'looked-at' })
  const { apiUrl, caPem: ca } = env.controlPlane()
  const ticket = async () => {
    const headers = { authorization: `Bearer ${person.token}` }
    const answer = await env.call(null, 'POST', `/v1/vms/${vm.body.resource}/console`, { kind: 'serial' }, headers)
    return new URL(String(answer.body.path), apiUrl.replace('https', 'wss'))
  }
  const line = new WebSocket(await ticket(), { ca })
  await once(line, 'open')
  const unused = await ticket()
  const closed = once(line, 'close')
  await person.take()
  await closed
  const late = new WebSocket(unused, { ca })
  const [error] = await once(late, 'error')
  expect(String(error)).toContain('403')
})

test('[core.async] Prefer waits as long as it takes and no longer; Idempotency-Key makes one VM', async () => {
  const hung = env.hosts[0]?.faults.hangNext('start')
  const { zone, offering, image, network } = env.furniture
  const input = { name: 'once', zone, offering, image, networks: [{ network }] }
  const key = { 'idempotency-key': crypto.randomUUID() }
  const early = await env.call('ada', 'POST', '/v1/vms', input, { ...key, prefer: 'wait=1' })
  expect(early).toMatchObject({
    status: 202,
    body: { state: 'running' },
    headers: { location: `/v1/tasks/${early.body.id}` },
  })
  await hung?.reached
  hung?.release()
  const late = await Promise.all(
    Array.from({ length: 5 }, () =>
      env.call('ada', 'POST', '/v1/vms', input, { ...key, prefer: 'respond-async, wait=30' }),
    ),
  )
  for (const { status, body } of late) expect([status, body.id, body.state]).toEqual([200, early.body.id, 'succeeded'])
  expect((await env.call('ada', 'GET', '/v1/vms?name=once')).body.items).toHaveLength(1)
  const other = await env.call('ada', 'POST', '/v1/vms', { ...input, name: 'twice' }, key)
  expect(other.body.code).toBe('IDEMPOTENCY_KEY_REUSED')
  await env.ok('ada', 'DELETE', `/v1/vms/${early.body.resource}`)
})
