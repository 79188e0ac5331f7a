/** PostgreSQL is killed and comes back while clients create VMs. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { startPostgres } from '@basalt/postgres'
import { type CloudEnvironment, cloud, until } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

const CLIENTS = 6
const VMS_EACH = 8

let directory: string
let server: Awaited<ReturnType<typeof startPostgres>>
let env: CloudEnvironment

const startServer = async (): Promise<void> => {
  server = await startPostgres({ dataDir: join(directory, 'data'), settings: { fsync: 'off' } })
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'outage-'))
  await startServer()
  env = await cloud({ databaseUrl: server.url, bootMs: 5 })
})

afterAll(async () => {
  await env.close()
  await server.stop()
  await rm(directory, { recursive: true, force: true })
})

/** What a client was told for one VM: the task, or the refusals before it. */
interface Told {
  task: string
  refusals: { status: number; code: unknown; retryAfter: unknown }[]
}

/** Asks until it is accepted, as every client with an idempotency key may. */
async function askForVm(name: string): Promise<Told> {
  const { zone, offering, image, network } = env.furniture
  const body = { name, zone, offering, image, networks: [{ network }] }
  const headers = { 'idempotency-key': randomUUID() }
  const refusals: Told['refusals'] = []
  const task = await until(`${name} is accepted`, async () => {
    const answer = await env.call('ada', 'POST', '/v1/vms', body, headers)
    if (answer.status < 300) return answer.body.id as string
    refusals.push({ status: answer.status, code: answer.body.code, retryAfter: answer.headers['retry-after'] })
    return null
  })
  return { task, refusals }
}

test('[core.isolation] a killed PostgreSQL means 503 for a while; nothing acknowledged is lost, nothing half-done remains', async () => {
  const accepted: Told[] = []
  const clients = Promise.all(
    Array.from({ length: CLIENTS }, async (_, client) => {
      for (let index = 0; index < VMS_EACH; index++) accepted.push(await askForVm(`vm-${client}-${index}`))
    }),
  )
  for (const share of [0.25, 0.6]) {
    await until('some VMs are accepted', () => accepted.length >= CLIENTS * VMS_EACH * share)
    process.kill(server.pid as number, 'SIGKILL')
    const health = await until('the outage shows', async () => {
      const answer = await env.call('ada', 'GET', '/v1/vms')
      return answer.status === 200 ? null : answer
    })
    expect(health).toMatchObject({ status: 503, body: { code: 'DATABASE_UNAVAILABLE' } })
    await startServer()
  }
  await clients

  const refusals = accepted.flatMap((told) => told.refusals)
  expect(refusals.length).toBeGreaterThan(0)
  for (const refusal of refusals)
    expect(refusal).toEqual({ status: 503, code: 'DATABASE_UNAVAILABLE', retryAfter: '2' })
  const tasks = await until(
    'every task ends',
    async () => {
      const items = await env.items('ada', '/v1/tasks?limit=1000')
      return items.length > 0 && items.every(({ finishedAt }) => finishedAt) ? items : null
    },
    120_000,
  )
  const states = new Map(tasks.map(({ id, state }) => [id, state]))
  expect(accepted.filter(({ task }) => states.get(task) !== 'succeeded')).toEqual([])
  const vms = await env.items('ada', '/v1/vms?limit=1000')
  expect(vms).toHaveLength(CLIENTS * VMS_EACH)
  expect(new Set(vms.map(({ state }) => state))).toEqual(new Set(['running']))
  expect(await env.leftovers()).toEqual([])
}, 240_000)

test('[api.events] an event stream outlasts the outage and shows what came after it', async () => {
  const { apiUrl, caPem } = env.controlPlane()
  const events = await openStream(apiUrl, caPem)
  process.kill(server.pid as number, 'SIGKILL')
  await until('the outage shows', async () => (await env.call('ada', 'GET', '/v1/vms')).status === 503)
  await startServer()
  await until('it is over', async () => (await env.call('ada', 'GET', '/v1/vms')).status === 200)
  await env.ok('operator', 'POST', '/v1/offerings', { name: 'after', vcpus: 1, memoryBytes: 2 ** 30 })
  await until('the event comes', () => events.text().includes('"after"'))
  events.close()
})

async function openStream(apiUrl: string, ca: string): Promise<{ text(): string; close(): void }> {
  const { request } = await import('node:https')
  const login = await env.call(null, 'POST', '/v1/sessions', { username: 'admin', password: env.passwords.operator })
  const headers = { authorization: `Bearer ${login.body.token}` }
  let received = ''
  const outgoing = request(new URL('/v1/events?kind=offering', apiUrl), { ca, headers })
  outgoing.end()
  outgoing.on('response', (response) => response.setEncoding('utf8').on('data', (chunk: string) => (received += chunk)))
  outgoing.on('error', () => {})
  await until('the stream is open', () => received.includes('id:'))
  await sleep(0)
  return { text: () => received, close: () => void outgoing.destroy() }
}
