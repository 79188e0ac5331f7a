/** Control-plane nodes as the real program: joined by token, killed, and paused in the middle of a task. */
import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSimulatedAgent, type SimulatedAgent } from '@basalt/hypervisor-sim/agent'
import { createSimulatedHost, type SimulatedHost } from '@basalt/hypervisor-sim/host'
import { openDatabase } from '@basalt/kernel'
import {
  type Answer,
  buildNodeProgram,
  type Call,
  httpClient,
  type NodeProcess,
  nodeProcess,
  scratchDatabase,
  until,
} from '@basalt/testkit'
import { registerHost } from '@basalt/transport'
import { afterAll, beforeAll, expect, test } from 'vitest'

const PASSWORD = 'operator-password'

let directory: string
let program: string
let database: Awaited<ReturnType<typeof scratchDatabase>>
let rows: ReturnType<typeof openDatabase>
let first: NodeProcess
let second: NodeProcess
let agent: SimulatedAgent
/** Where the agent may connect, as it was told. */
let knownUrls: readonly string[] = []
let host: SimulatedHost
let token: string
let place: { zone: string; cluster: string; class: string }

async function call(
  node: NodeProcess,
  method: Call['method'],
  path: string,
  body?: unknown,
  headers = {},
): Promise<Answer> {
  const http = httpClient(node.apiUrl, await node.authorityPem())
  return http({ method, path, body, token, headers })
}
async function make(path: string, body: object): Promise<string> {
  const answer = await call(first, 'POST', path, body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return String(answer.body.id)
}

interface Task {
  node: string
  state: string
  epoch: number
  version: number
  cause: unknown
  [column: string]: unknown
}
const taskOf = async (id: unknown): Promise<Task | undefined> =>
  (await rows.query<Task>('select node, state, epoch, version, cause from task where id = $1', [id]))[0]
const ended = (id: unknown): Promise<Task> =>
  until(`the task ${id} ends`, async () => {
    const task = await taskOf(id)
    return task && ['succeeded', 'failed', 'cancelled'].includes(task.state) ? task : null
  })

const nodeRow = async (name: string): Promise<{ state: string; epoch: number }> => {
  const [row] = await rows.query<{ state: string; epoch: number }>('select state, epoch from node where name = $1', [
    name,
  ])
  if (!row) throw new Error(`there is no node ${name}`)
  return row
}
/** Everything that was written about what tasks work on. */
const resourceEvents = async (): Promise<number> => {
  const [row] = await rows.query<{ count: number }>(
    `select count(*) from event where kind not in ('node', 'host', 'reconciler')`,
  )
  return row?.count ?? 0
}

/** A task of the first node that is in the middle of a command to the host. */
async function taskUnderWay(name: string): Promise<{ id: unknown; release(): void }> {
  const hung = host.faults.hangNext('storage.open')
  const body = { name, ...place, type: 'local', path: `/pools/${name}` }
  const answer = await call(first, 'POST', '/v1/storage-pools', body)
  expect(answer.status, JSON.stringify(answer.body)).toBe(202)
  await hung.reached
  return { id: answer.body.id, release: hung.release }
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'node-processes-'))
  database = await scratchDatabase()
  rows = openDatabase(database.url, { maxConnections: 2 })
  const passwordFile = join(directory, 'password')
  await writeFile(passwordFile, PASSWORD, { mode: 0o600 })
  const settings = { operator: { username: 'admin', passwordFile }, watchdog: { warnMs: 1_000, killMs: 12_000 } }
  program = await buildNodeProgram(directory)
  first = await nodeProcess({ directory, program, name: 'first', databaseUrl: database.url, settings })
  second = await nodeProcess({ directory, program, name: 'second' })
  await first.start()
  const login = await call(first, 'POST', '/v1/sessions', { username: 'admin', password: PASSWORD })
  token = String(login.body.token)
  const zone = await make('/v1/zones', { name: 'zone1' })
  const fabric = await make('/v1/fabrics', { name: 'fabric1', zone, driver: 'simulated' })
  const cluster = await make('/v1/clusters', { name: 'cluster1', zone, fabric })
  place = { zone, cluster, class: await make('/v1/storage-classes', { name: 'Standard', zone }) }
  const id = await make('/v1/hosts', { name: 'host1', zone, cluster })
  const issued = await call(first, 'POST', `/v1/hosts/${id}/registration-token`)
  const registered = await registerHost({ url: first.agentUrl, token: String(issued.body.token), hostname: 'host1' })
  host = createSimulatedHost({ name: 'host1', memoryBytes: 2 ** 36, cpus: 8 })
  agent = createSimulatedAgent({
    host,
    urls: [first.agentUrl],
    identity: registered.identity,
    onNodes: (urls) => {
      knownUrls = urls
    },
  })
  await until('the host is up', async () => (await call(first, 'GET', `/v1/hosts/${id}`)).body.state === 'up')
}, 120_000)
afterAll(async () => {
  await agent?.close()
  for (const node of [first, second]) await node?.kill()
  await rows?.close()
  await database?.drop()
  await rm(directory, { recursive: true, force: true })
})

test('[core.stateless] [core.mn-ha] a node joins with a token, once; its secrets are its own', {
  timeout: 90_000,
}, async () => {
  const issued = await call(first, 'POST', '/v1/nodes/join-token')
  expect(issued.status).toBe(201)
  const stranger = await nodeProcess({
    directory,
    program,
    name: 'first',
    dataDir: join(directory, 'stranger'),
  })
  expect(await stranger.join(first.agentUrl, String(issued.body.token))).toBe(1)
  expect(stranger.log()).toContain('A node \\"first\\" is up already')
  expect(await second.join(first.agentUrl, String(issued.body.token))).toBe(0)
  for (const file of ['master.key', 'database-url', 'authority/authority.pem'])
    expect((await stat(join(second.dataDir, file))).mode & 0o077).toBe(0)
  const keys = await Promise.all([first, second].map(({ dataDir }) => readFile(join(dataDir, 'master.key'))))
  expect(keys[0]?.equals(keys[1] ?? Buffer.alloc(0))).toBe(true)
  expect(first.log()).not.toContain(database.url)
  expect(await second.join(first.agentUrl, String(issued.body.token))).toBe(1)
  expect(second.log()).toContain('already spent')
  await second.start()
  const listed = await call(second, 'GET', '/v1/nodes')
  const items = listed.body.items as { name: string; state: string }[]
  expect(items.map(({ name, state }) => `${name} ${state}`).sort()).toEqual(['first up', 'second up'])
})

test('[core.mn-ha] [core.stateless] a node that is killed loses no task, and the API answers on', {
  timeout: 90_000,
}, async () => {
  await until('the host has heard of the other node', () => knownUrls.includes(second.agentUrl))
  const task = await taskUnderWay('killed')
  const again = new Promise<void>((resolve) => {
    const stop = host.faults.onCall((name) => {
      if (name !== 'storage.open') return
      stop()
      resolve()
    })
  })
  const killedAt = performance.now()
  await first.kill()
  expect((await call(second, 'GET', '/v1/nodes')).status).toBe(200)
  const answeredMs = performance.now() - killedAt
  await again
  const goesOnMs = performance.now() - killedAt
  task.release()
  expect(await ended(task.id)).toMatchObject({ state: 'succeeded', node: 'second', cause: null })
  console.info(
    `killed: the other node answers after ${Math.round(answeredMs)} ms, the task goes on after ${Math.round(goesOnMs)} ms`,
  )
  await first.start()
})

test('[core.mn-ha] [core.saga] a node that was paused and wakes writes nothing and sends nothing', {
  timeout: 90_000,
}, async () => {
  const task = await taskUnderWay('paused')
  const pausedAt = performance.now()
  first.signal('SIGSTOP')
  const done = await ended(task.id)
  console.info(`paused: the task has ended elsewhere after ${Math.round(performance.now() - pausedAt)} ms`)
  expect(done).toMatchObject({ state: 'succeeded', node: 'second', cause: null })
  const lost = await nodeRow('first')
  expect(lost.state).toBe('lost')
  const before = { host: host.snapshot(), events: await resourceEvents() }
  const calls: string[] = []
  const stop = host.faults.onCall((name) => calls.push(name))
  // It goes on in the middle of its command, with the rest of its saga before it.
  task.release()
  first.signal('SIGCONT')
  await until('it has noticed', () => first.log().includes('the lease of this node is lost'))
  await until('it has begun anew', async () => {
    const { state, epoch } = await nodeRow('first')
    return state === 'up' && epoch > lost.epoch
  })
  stop()
  // The other node goes on asking how full pools are, which changes nothing.
  expect(calls.filter((name) => name !== 'storage.usage')).toEqual([])
  expect({ host: host.snapshot(), events: await resourceEvents() }).toEqual(before)
  expect(await taskOf(task.id)).toEqual(done)
})

test('[core.mn-ha] a node whose event loop stands still loses its work to another, tells of it, and is ended', {
  timeout: 90_000,
}, async () => {
  const task = await taskUnderWay('stalled')
  const stalled = first.pid
  await first.stall()
  const stalledAt = performance.now()
  // While it stands still, and before anything has ended it.
  expect(await ended(task.id)).toMatchObject({ state: 'succeeded', node: 'second', cause: null })
  console.info(`stalled: the task has ended elsewhere after ${Math.round(performance.now() - stalledAt)} ms`)
  expect((await nodeRow('first')).state).toBe('lost')
  await until('the watchdog tells of it', () => first.log().includes('the event loop stands still"'))
  expect(await first.ended()).toBe('SIGKILL')
  expect(first.log()).toContain('the event loop stands still; the process ends')
  task.release()
  await first.start()
  expect(first.pid).not.toBe(stalled)
  await until('it takes part again', async () => (await nodeRow('first')).state === 'up')
})
