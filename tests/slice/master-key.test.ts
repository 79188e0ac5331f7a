/** The master key is changed while two nodes work. One world, in order. */
import { randomBytes } from 'node:crypto'
import { cp, mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type SigningKey, signedHeaders } from '@basalt/signature'
import { type CloudEnvironment, cloud, type TestNode, until } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dumpOf } from './support/dump.ts'

const KEYS = 30

let env: CloudEnvironment
const logged: { message: string; facts: unknown }[] = []
const keys: SigningKey[] = []
const node = (index: number): TestNode => env.nodes[index] as TestNode

beforeAll(async () => {
  const take = (message: string, facts?: object): void => void logged.push({ message, facts })
  env = await cloud({
    hosts: 1,
    nodes: 2,
    lease: { leaseMs: 1_500, renewMs: 300 },
    log: { info: take, error: take },
  })
  for (let count = 0; count < KEYS; count++) keys.push(await makeKey())
  await env.ok('ada', 'POST', '/v1/webhooks', {
    name: 'hook',
    url: 'https://198.51.100.1/',
    secret: 'a-secret-of-sixteen',
  })
  expect((await env.createVm({ userData: '#cloud-config' })).body.state).toBe('succeeded')
})
afterAll(() => env.close())

async function makeKey(at?: TestNode): Promise<SigningKey> {
  const answer = await env.call('ada', 'POST', '/v1/access-keys', { name: 'k' }, {}, at)
  expect(answer.status, JSON.stringify(answer.body)).toBe(201)
  return { id: answer.body.id as string, secret: answer.body.secret as string }
}
const statusBy = async (key: SigningKey, at?: TestNode): Promise<number> => {
  const headers = signedHeaders(key, { method: 'GET', url: '/v1/me', headers: {}, body: undefined })
  return (await env.call(null, 'GET', '/v1/me', undefined, headers, at)).status
}
interface Row {
  id: string
  key: string
  state: string
  remaining: number | null
}
const rows = async () => (await env.items('operator', '/v1/master-keys')) as unknown as Row[]
const inState = async (state: string): Promise<Row | undefined> => (await rows()).find((row) => row.state === state)
const rotate = () => env.call('operator', 'POST', '/v1/master-keys', {})
const database = () => env.controlPlane().store.database
const filesOf = async (at: TestNode): Promise<string[]> => readdir(join(at.dataDir, 'master-keys')).catch(() => [])
const activeOf = (at: TestNode) => readFile(join(at.dataDir, 'master.key'))

async function tracesOf(key: string): Promise<string[]> {
  const tables = await dumpOf(database())
  return [...tables]
    .filter(([, text]) => text.includes(`sealed2.${key}`) || text.includes(`"${key}.`))
    .map(([name]) => name)
}

/** The same request each time, unless told. */
const repeat = (at?: TestNode, change = {}) =>
  env.call(
    'ada',
    'POST',
    '/v1/webhooks',
    { name: 'w', url: 'https://198.51.100.2/', secret: 'another-secret-of-16', ...change },
    { 'idempotency-key': 'across-keys' },
    at,
  )

async function expectRepeatRecognised(at: TestNode, id: unknown): Promise<void> {
  expect((await repeat(at)).body.id).toBe(id)
  expect((await repeat(at, { name: 'other' })).body.code).toBe('IDEMPOTENCY_KEY_REUSED')
}

/** All that a start of the first node could write: its row, and its files. */
async function writtenByFirst(): Promise<unknown> {
  const rows = await node(1)
    .controlPlane()
    .store.database.query('select state, epoch, session, version from node where name = $1', [node(0).name])
  return { rows, files: (await readdir(node(0).dataDir, { recursive: true })).sort() }
}

/** Nobody changes the row until the answer is called. */
async function lockKey(id: string): Promise<() => void> {
  let release = (): void => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  await new Promise<void>((resolve, reject) => {
    // On the node that goes on.
    node(1)
      .controlPlane()
      .store.database.transaction(async (query) => {
        await query('select 1 from access_key where id = $1 for update', [id])
        resolve()
        await released
      })
      .catch(reject)
  })
  return release
}

/** Requests all the while, on the node that lives on; answers with how many there were, and what went wrong. */
function load(at: TestNode): () => Promise<{ done: number; failures: unknown[] }> {
  let isOn = true
  let done = 0
  const failures: unknown[] = []
  const worker = async (offset: number): Promise<void> => {
    for (let round = offset; isOn; round++)
      try {
        const key = round % 5 === 0 ? await makeKey(at) : (keys[round % KEYS] as SigningKey)
        const status = await statusBy(key, at)
        if (status !== 200) failures.push(status)
        done++
      } catch (error) {
        failures.push(error)
      }
  }
  const workers = [worker(1), worker(7), worker(13)]
  return async () => {
    isOn = false
    await Promise.all(workers)
    return { done, failures }
  }
}

test('[iam.secrets] [core.idempotency] the master key is changed under load, by two nodes, of which one dies in the middle', {
  timeout: 60_000,
}, async () => {
  const before = await repeat()
  await node(0).controlPlane().audit.checkpoint()
  const [former] = await rows()
  expect(former?.state).toBe('active')
  expect((await tracesOf(former?.key ?? '')).sort()).toEqual(
    ['public.access_key', 'public.audit_checkpoint', 'public.idempotency', 'public.vm', 'public.webhook'].sort(),
  )
  const end = load(node(1))
  const last = [...keys].sort((a, b) => (a.id < b.id ? 1 : -1))[0] as SigningKey
  const unlock = await lockKey(last.id)
  const rotated = await rotate()
  expect(rotated.status, JSON.stringify(rotated.body)).toBe(201)
  expect((await rotate()).body.code).toBe('KEY_CHANGE_UNDER_WAY')
  await until('it is being sealed anew', async () => ((await inState('retiring'))?.remaining ?? 0) > 0)
  // Both keys open.
  expect(await statusBy(last)).toBe(200)
  expect(await statusBy(await makeKey(node(0)), node(1))).toBe(200)
  const dying = node(0).crash()
  unlock()
  await dying
  await until('the former key is retired', async () => (await inState('retired'))?.key === former?.key, 30_000)
  const { done, failures } = await end()
  expect(failures).toEqual([])
  expect(done).toBeGreaterThan(20)
  const traces = (await tracesOf(former?.key ?? '')).filter((table) => table !== 'public.idempotency')
  expect(traces).toEqual([])
  for (const each of keys) expect(await statusBy(each)).toBe(200)
  expect((await repeat()).body.id).toBe(before.body.id)
  expect((await env.call('operator', 'POST', '/v1/audit/verify')).body.findings).toEqual([])
  await until('the node that lived has forgotten it', async () => (await filesOf(node(1))).length === 0)
  await expectRepeatRecognised(node(1), before.body.id)
})

test('[iam.secrets] a node that was down while the key was changed says so, and gets the new one from its peers', {
  timeout: 60_000,
}, async () => {
  await node(0).start()
  await until('it has caught up', async () => (await activeOf(node(0))).equals(await activeOf(node(1))))
  await node(0).stop()
  expect((await rotate()).status).toBe(201)
  await until('the former key is retired', async () => (await inState('retiring')) === undefined)
  expect((await activeOf(node(0))).equals(await activeOf(node(1)))).toBe(false)
  logged.length = 0
  await node(0).start()
  expect(logged.map(({ message }) => message)).toContain(
    'the master key was changed while this node was away; asking the other nodes for it',
  )
  expect((await activeOf(node(0))).equals(await activeOf(node(1)))).toBe(true)
  expect((await stat(join(node(0).dataDir, 'master.key'))).mode & 0o077).toBe(0)
  for (const at of env.nodes) for (const key of keys) expect(await statusBy(key, at)).toBe(200)
  // Two keys later, and by a node that has begun anew since.
  for (const at of env.nodes) await expectRepeatRecognised(at, (await repeat(at)).body.id)
})

test('[iam.secrets] [core.idempotency] what a retired key recognises is forgotten with the requests of its time', async () => {
  const kept = () => database().query('select id from master_key where digest_key is not null')
  expect((await kept()).length).toBeGreaterThan(0)
  await database().query(`update master_key set updated_at = now() - interval '26 hours' where state = 'retired'`)
  await node(0).controlPlane().tidy()
  expect(await kept()).toEqual([])
  // Long after its time: not told apart any more, and still not done twice.
  await until('the nodes have forgotten it', async () => (await repeat(node(1), { name: 'other' })).status === 201)
})

test('[iam.secrets] a node without the key, and nobody to ask, says what is missing and does not start', {
  timeout: 60_000,
}, async () => {
  await node(0).stop()
  expect((await rotate()).status).toBe(201)
  await until('the former key is retired', async () => (await inState('retiring')) === undefined)
  const before = await writtenByFirst()
  await node(1).stop()
  await expect(node(0).start()).rejects.toMatchObject({
    code: 'MASTER_KEY_MISSING',
    message: expect.stringContaining('was changed while it was away'),
    remedy: expect.stringContaining('another one'),
  })
  await node(1).start()
  expect(await writtenByFirst()).toEqual(before)
  await node(0).start()
  expect(await statusBy(keys[0] as SigningKey, node(0))).toBe(200)
})

test('[iam.secrets] a node that does not belong to the database refuses it before it writes anything', {
  timeout: 60_000,
}, async () => {
  await node(0).stop()
  const { dataDir } = node(0)
  const aside = `${dataDir}-aside`
  await rename(dataDir, aside)
  await mkdir(dataDir)
  const refusal = async (facts: object): Promise<void> => {
    const before = await writtenByFirst()
    await expect(node(0).start()).rejects.toMatchObject(facts)
    expect(await writtenByFirst()).toEqual(before)
  }
  const active = (await inState('active'))?.key
  const remedy = expect.stringContaining('basalt node join-token')
  const detail = (text: string) => expect.stringMatching(new RegExp(`sealed by the master key ${active}; ${text}`))
  await refusal({ code: 'MASTER_KEY_MISSING', message: detail('this node has none'), remedy })
  await writeFile(join(dataDir, 'master.key'), randomBytes(32), { mode: 0o600 })
  await refusal({ code: 'MASTER_KEY_MISSING', message: detail(".* is another cloud's"), remedy })
  await cp(join(aside, 'master.key'), join(dataDir, 'master.key'))
  await refusal({ code: 'AUTHORITY_MISSING', remedy: expect.stringContaining('authority/') })
  await rm(dataDir, { recursive: true })
  await rename(aside, dataDir)
  await node(0).start()
  expect(await statusBy(keys[0] as SigningKey, node(0))).toBe(200)
})

test('[iam.secrets] the key changes on no node when one cannot be reached; tenants know of none', async () => {
  const before = await rows()
  expect((await env.call('ada', 'POST', '/v1/master-keys', {})).status).toBe(403)
  expect((await env.call('ada', 'GET', '/v1/master-keys')).body.items ?? []).toEqual([])
  // It still counts as living, and answers nobody.
  node(1).controlPlane().peers.sever()
  const refused = await rotate()
  expect(refused.body.code).toBe('NODE_UNREACHABLE')
  expect(await rows()).toEqual(before)
  expect(await filesOf(node(0))).toEqual([])
})
