import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { join } from 'node:path'
import type { TLSSocket } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { CONTROL_PATH, type HostCall } from '@basalt/contracts'
import { openAuthority, saveIdentity } from '@basalt/pki'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { type Cloud, deferred, INVENTORY, STATUS, startCloud } from './test-support/cloud.ts'
import { tlsOptionsOf } from './tls-options.ts'

let cloud: Cloud

beforeEach(async () => {
  cloud = await startCloud()
})
afterEach(() => cloud.stop())

const fence = (epoch: number) => ({ resource: 'vm-1', epoch, task: 't', step: 's' })
const untilAborted = (call: HostCall) =>
  new Promise<never>((_, reject) => call.signal.addEventListener('abort', () => reject(call.signal.reason)))

test('a command reaches the host, its progress and result come back', async () => {
  const work = async ({ by }: { by: number }, call: HostCall) => {
    call.progress(50, 'halfway')
    call.progress(100)
    return { doubled: by * 2 }
  }
  await cloud.agent('host-1', { interfaces: { vm: { work } } })
  const seen: unknown[] = []
  const onProgress = (...args: unknown[]) => seen.push(args)
  expect(await cloud.hub.call('host-1', 'vm.work', { by: 21 }, { onProgress, fence: fence(1) })).toEqual({
    doubled: 42,
  })
  expect(seen).toEqual([
    [50, 'halfway'],
    [100, undefined],
  ])
})

test('many calls at once get their own answers', async () => {
  const work = async ({ n }: { n: number }) => n * n
  await cloud.agent('host-1', { interfaces: { vm: { work } } })
  const numbers = Array.from({ length: 500 }, (_, n) => n)
  const results = await Promise.all(numbers.map((n) => cloud.hub.call('host-1', 'vm.work', { n })))
  expect(results).toEqual(numbers.map((n) => n * n))
})

test("a host's error comes back with code, remedy and details", async () => {
  const work = async () => {
    throw Object.assign(new Error('The disk is full.'), {
      code: 'DISK_FULL',
      remedy: 'Free it.',
      details: { bytes: 0 },
    })
  }
  await cloud.agent('host-1', { interfaces: { vm: { work } } })
  await expect(cloud.hub.call('host-1', 'vm.work', {})).rejects.toMatchObject({
    code: 'DISK_FULL',
    message: 'The disk is full.',
    remedy: 'Free it.',
    details: { bytes: 0 },
  })
})

test('a cancelled call rejects and the host aborts', async () => {
  const [started, aborted] = [deferred(), deferred<unknown>()]
  const work = (_: object, call: HostCall) => {
    started.resolve()
    call.signal.addEventListener('abort', () => aborted.resolve(call.signal.reason))
    return untilAborted(call)
  }
  await cloud.agent('host-1', { interfaces: { vm: { work } } })
  const controller = new AbortController()
  const call = cloud.hub.call('host-1', 'vm.work', {}, { signal: controller.signal, fence: fence(1) })
  const rejected = expect(call).rejects.toMatchObject({ code: 'CANCELLED' })
  await started.promise
  controller.abort()
  await rejected
  expect(await aborted.promise).toMatchObject({ code: 'CANCELLED' })
  const late = cloud.hub.call('host-1', 'vm.work', {}, { signal: controller.signal })
  await expect(late).rejects.toMatchObject({ code: 'CANCELLED' })
})

test('past its deadline a call rejects with HOST_TIMEOUT and the host aborts', async () => {
  const aborted = deferred()
  const work = (_: object, call: HostCall) => {
    call.signal.addEventListener('abort', () => aborted.resolve())
    // A driver that does not listen.
    return new Promise<never>(() => undefined)
  }
  const agent = await cloud.agent('host-1', { interfaces: { vm: { work } } })
  const call = cloud.hub.call('host-1', 'vm.work', {}, { deadlineMs: 100 })
  await expect(call).rejects.toMatchObject({ code: 'HOST_TIMEOUT', details: { command: 'vm.work' } })
  await aborted.promise
  // Its stop does not hang on that driver either.
  await agent.stop(50)
})

test('a host that is not there: at once, or after the deadline when told to wait', async () => {
  const atOnce = cloud.hub.call('host-9', 'vm.work', {})
  await expect(atOnce).rejects.toMatchObject({ code: 'HOST_DISCONNECTED' })
  const inTime = cloud.hub.call('host-1', 'vm.work', {}, { waitForHost: true })
  await cloud.agent('host-1', { interfaces: { vm: { work: async () => 'here' } } })
  expect(await inTime).toBe('here')
  const never = cloud.hub.call('host-9', 'vm.work', {}, { waitForHost: true, deadlineMs: 50 })
  await expect(never).rejects.toMatchObject({ code: 'HOST_DISCONNECTED', message: expect.stringContaining('in time') })
})

test('a cut while the host works is survived: the work is done once and its result arrives', async () => {
  let times = 0
  const [started, gate] = [deferred(), deferred()]
  const work = async () => {
    times += 1
    started.resolve()
    await gate.promise
    return times
  }
  const agent = await cloud.agent('host-1', { interfaces: { vm: { work } } })
  const call = cloud.hub.call('host-1', 'vm.work', {}, { fence: fence(1) })
  await started.promise
  const reconnected = once(cloud.hub.events, 'connected')
  cloud.cut()
  await reconnected
  gate.resolve()
  expect(await call).toBe(1)
  expect(agent.changes.filter(({ state }) => state === 'connected')).toHaveLength(2)
})

test('a result that was finished while the line was cut is fetched from the ledger', async () => {
  let times = 0
  const [started, gate] = [deferred(), deferred()]
  const work = async () => {
    times += 1
    started.resolve()
    await gate.promise
    return times
  }
  const { ledger, reached } = await cloud.agent('host-1', { interfaces: { vm: { work } } })
  const call = cloud.hub.call('host-1', 'vm.work', {}, { fence: fence(1), id: 'command-1' })
  await started.promise
  cloud.server.off('upgrade', cloud.server.listeners('upgrade')[0] as () => void)
  cloud.cut()
  await reached('disconnected')
  gate.resolve()
  while (ledger.resultOf('command-1') === undefined) await new Promise((resolve) => setImmediate(resolve))
  cloud.hub.attach(cloud.server)
  expect(await call).toBe(1)
  expect(times).toBe(1)
})

test('after kill -9 of the agent the same id gives the old result, and a lower epoch is refused', async () => {
  const directory = join(cloud.directory, 'agent')
  await saveIdentity(directory, await cloud.identity('host-1'))
  const workFile = join(cloud.directory, 'work')
  const program = fileURLToPath(new URL('test-support/agent-process.ts', import.meta.url))
  const start = async () => {
    const connected = once(cloud.hub.events, 'connected')
    const child = spawn(process.execPath, ['--import', 'tsx', program, cloud.url, directory, workFile], {
      stdio: 'inherit',
    })
    await connected
    return child
  }
  const kill = async (child: Awaited<ReturnType<typeof start>>) => {
    const gone = once(child, 'exit')
    child.kill('SIGKILL')
    await gone
  }
  const first = await start()
  const call = (id: string, epoch: number) =>
    cloud.hub.call('host-1', 'work.do', { text: id }, { id, fence: fence(epoch), waitForHost: true })
  expect(await call('a', 5)).toBe(1)
  const lost = once(cloud.hub.events, 'disconnected')
  await kill(first)
  await lost
  const second = await start()
  expect(await call('a', 5)).toBe(1)
  await expect(call('b', 4)).rejects.toMatchObject({ code: 'STALE_EPOCH', details: { highestEpoch: 5 } })
  expect(await call('c', 6)).toBe(2)
  expect(await readFile(workFile, 'utf8')).toBe('a\nc\n')
  await kill(second)
})

test('heartbeats and events arrive, also those from before the connection', async () => {
  const heartbeat = once(cloud.hub.events, 'heartbeat')
  const events: unknown[] = []
  const second = deferred()
  cloud.hub.events.on('event', (_, event) => {
    events.push(event)
    if (events.length === 2) second.resolve()
  })
  const stopped = (vm: string) => ({ kind: 'domain', vm, state: 'stopped', reason: 'guest' }) as const
  const agent = await cloud.agent('host-1', {}, false)
  agent.connection.emit(stopped('early'))
  await agent.reached('connected')
  agent.connection.emit(stopped('late'))
  await second.promise
  expect(events).toEqual([stopped('early'), stopped('late')])
  const [host, status] = await heartbeat
  expect(host).toMatchObject({ hostId: 'host-1', hello: { inventory: INVENTORY } })
  expect(status).toEqual(STATUS)
})

test('a second connection of the same host replaces the first', async () => {
  const interfaces = (name: string) => ({ vm: { name: async () => name } })
  const first = await cloud.agent('host-1', {
    interfaces: interfaces('first'),
    backoff: { firstMs: 60_000, longestMs: 60_000 },
  })
  const disconnected = once(cloud.hub.events, 'disconnected')
  await cloud.agent('host-1', { interfaces: interfaces('second'), ledgerName: 'second' })
  expect((await disconnected)[1]).toMatchObject({ replaced: true })
  expect(await first.reached('disconnected')).toMatchObject({ reason: { code: 'HOST_DISCONNECTED' } })
  expect(cloud.hub.hosts()).toHaveLength(1)
  expect(await cloud.hub.call('host-1', 'vm.name', {})).toBe('second')
})

test('an agent one version behind is spoken to in its version, one too old is told to upgrade', async () => {
  const modern = await startCloud({ protocol: { current: 3, oldest: 2 } })
  try {
    await modern.agent('host-1', {
      protocol: { current: 2, oldest: 1 },
      interfaces: { vm: { work: async () => 'old' } },
    })
    expect(modern.hub.host('host-1')?.protocol).toBe(2)
    expect(await modern.hub.call('host-1', 'vm.work', {})).toBe('old')
    const ancient = await modern.agent('host-2', { protocol: { current: 1, oldest: 1 } }, false)
    expect(await ancient.reached('disconnected')).toMatchObject({
      reason: { code: 'PROTOCOL_UNSUPPORTED', remedy: 'Upgrade the agent.' },
    })
    expect(modern.hub.host('host-2')).toBeUndefined()
  } finally {
    await modern.stop()
  }
})

test('garbage closes that connection only', async () => {
  await cloud.agent('host-1', { interfaces: { vm: { work: async () => 'fine' } } })
  const identity = tlsOptionsOf(await cloud.identity('host-2'))
  const hello = { type: 'hello', protocol: { current: 1, oldest: 1 }, agentVersion: '1', bootId: 'b', sessionId: 's' }
  const first = [
    '{',
    'null',
    '[]',
    '{"type":"result"}',
    JSON.stringify(hello),
    JSON.stringify({ type: 'heartbeat', status: {} }),
    Buffer.from([0, 1, 2]),
  ]
  for (const garbage of first) {
    const socket = new WebSocket(cloud.url + CONTROL_PATH, identity)
    await once(socket, 'open')
    socket.send(garbage)
    const [code] = await once(socket, 'close')
    expect(code).toBe(4400)
  }
  const tooLong = new WebSocket(cloud.url + CONTROL_PATH, identity)
  await once(tooLong, 'open')
  tooLong.send('x'.repeat(5 * 1024 * 1024))
  expect((await once(tooLong, 'close'))[0]).toBe(1009)
  expect(await cloud.hub.call('host-1', 'vm.work', {})).toBe('fine')
})

test('no certificate, a foreign one, and a host that is not authorized are refused', async () => {
  const foreign = await openAuthority({ directory: join(cloud.directory, 'foreign') })
  const stranger = await cloud.agent('host-1', { identity: await cloud.identity('host-1', foreign) }, false)
  await stranger.reached('disconnected')
  const anonymous = new WebSocket(cloud.url + CONTROL_PATH, { ca: cloud.authority.certificatePem })
  await expect(once(anonymous, 'open')).rejects.toThrow('403')
  const refusal = { code: 'HOST_REVOKED', message: 'This host was removed.' }
  const strict = await startCloud({ authorize: async ({ hostId }) => (hostId === 'host-2' ? refusal : undefined) })
  try {
    const removed = await strict.agent('host-2', {}, false)
    expect(await removed.reached('disconnected')).toMatchObject({ reason: { code: 'HOST_REVOKED' } })
  } finally {
    await strict.stop()
  }
  expect(cloud.hub.hosts()).toEqual([])
})

test('a host that was here before need not prove again who it is, until it has another certificate', async () => {
  const resumed: boolean[] = []
  cloud.server.on('secureConnection', (socket) => resumed.push(socket.isSessionReused()))
  const agent = await cloud.agent('host-1')
  const again = once(cloud.hub.events, 'connected')
  cloud.cut()
  await again
  const renewed = once(cloud.hub.events, 'connected')
  agent.connection.updateIdentity(await cloud.identity('host-1'))
  const [host] = await renewed
  expect(resumed).toEqual([false, true, false])
  expect(host).toMatchObject({ hostId: 'host-1' })
})

test('[core.mn-ha] a host that one node knows need not prove to another who it is', async () => {
  const other = await startCloud({ node: 'node-2' }, cloud)
  try {
    const resumed: boolean[] = []
    for (const { server } of [cloud, other])
      server.on('secureConnection', (socket) => resumed.push(socket.isSessionReused()))
    await cloud.agent('host-1', { urls: [cloud.url, other.url] })
    const [lost, left] = cloud.hub.host('host-1') ? [cloud, other] : [other, cloud]
    const taken = once(left.hub.events, 'connected')
    lost.server.close()
    lost.cut()
    const [host] = await taken
    expect(host).toMatchObject({ hostId: 'host-1' })
    expect(resumed).toEqual([false, true])
  } finally {
    await other.stop()
  }
})

test('a stranger who was here before is as much a stranger as ever', async () => {
  const foreign = await openAuthority({ directory: join(cloud.directory, 'foreign') })
  const own = { ...tlsOptionsOf(await cloud.identity('host-1', foreign)), ca: cloud.authority.certificatePem }
  for (const options of [{ ca: cloud.authority.certificatePem }, own]) {
    let session: Buffer | undefined
    for (const isReused of [false, true]) {
      const dialled = { ...options, session }
      const socket = new WebSocket(cloud.url + CONTROL_PATH, dialled)
      socket.on('error', () => undefined)
      const [request, response] = (await once(socket, 'unexpected-response')) as [unknown, IncomingMessage]
      expect(request).toBeDefined()
      const tls = response.socket as TLSSocket
      session = tls.getSession()
      expect([tls.isSessionReused(), response.statusCode]).toEqual([isReused, 403])
      socket.terminate()
    }
  }
})

test('a host that is cut off by the operator is asked for its authorization again', async () => {
  const asked: string[] = []
  const strict = await startCloud({
    authorize: async ({ serial }) => {
      asked.push(serial)
      return undefined
    },
  })
  try {
    await strict.agent('host-1')
    const back = once(strict.hub.events, 'connected')
    strict.hub.disconnect('host-1', 'Certificate revoked.')
    await back
    expect(asked).toHaveLength(2)
  } finally {
    await strict.stop()
  }
})

test('a node that stops refuses agents at once, so that they turn to another', async () => {
  cloud.hub.close()
  const late = new WebSocket(cloud.url + CONTROL_PATH, tlsOptionsOf(await cloud.identity('host-1')))
  await expect(once(late, 'open')).rejects.toThrow('503')
})

test.each([1, 3])('an agent of protocol %i that falls silent is cut off', async (current) => {
  const quick = await startCloud({ heartbeatIntervalMs: 50 })
  try {
    const socket = new WebSocket(quick.url + CONTROL_PATH, {
      ...tlsOptionsOf(await quick.identity('host-1')),
      autoPong: false,
    })
    await once(socket, 'open')
    const lost = once(quick.hub.events, 'disconnected')
    const hello = { agentVersion: '1', bootId: 'b', sessionId: 's', inventory: INVENTORY }
    socket.send(JSON.stringify({ type: 'hello', protocol: { current, oldest: 1 }, ...hello }))
    expect((await lost)[1]).toMatchObject({ replaced: false })
    expect(quick.hub.host('host-1')).toBeUndefined()
  } finally {
    await quick.stop()
  }
})
