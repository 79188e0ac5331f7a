/** A node tells whether it lives, whether it is ready, and what is wrong with the cloud. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { startPostgres } from '@basalt/postgres'
import { type CloudEnvironment, cloud, until } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

interface Finding {
  severity: string
  code: string
  message: string
  meaning: string
  remedy: string
  kind?: string
  resource?: string
}

let directory: string
let server: Awaited<ReturnType<typeof startPostgres>>
let env: CloudEnvironment

const startServer = async (): Promise<void> => {
  server = await startPostgres({ dataDir: join(directory, 'data') })
}

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'health-'))
  await startServer()
  env = await cloud({ databaseUrl: server.url, heartbeatIntervalMs: 100, hostGraceMs: 100 })
})

afterAll(async () => {
  await env.close()
  await server.stop()
  await rm(directory, { recursive: true, force: true })
})

const diagnosis = async (): Promise<Finding[]> => {
  const { status, body } = await env.call('operator', 'GET', '/v1/diagnosis')
  expect(status).toBe(200)
  return body.findings as Finding[]
}

/** Waits until the finding is there, complete, and answers it. */
const found = (code: string): Promise<Finding> =>
  until(code, async () => (await diagnosis()).find((finding) => finding.code === code))

const gone = (code: string): Promise<boolean> =>
  until(`${code} is over`, async () => !(await diagnosis()).some((finding) => finding.code === code))

test('a node is live without its database, and ready only with it', async () => {
  const ready = (who: 'operator' | 'ada' | null = null) => env.call(who, 'GET', '/v1/health/ready')
  await until('the node is ready', async () => (await ready()).status === 200)
  expect((await ready()).body).toEqual({ status: 'ready' })
  expect((await ready('ada')).body).toEqual({ status: 'ready' })
  const { parts } = (await ready('operator')).body as { parts: { name: string; ok: boolean }[] }
  expect(parts.map(({ name }) => name)).toEqual(['node', 'database', 'event loop', 'migrations', 'disk', 'lease'])

  process.kill(server.pid as number, 'SIGKILL')
  const unready = await until('the node is not ready', async () => {
    const answer = await ready()
    return answer.status === 503 ? answer : null
  })
  expect(unready.body).toEqual({ status: 'notReady' })
  expect(unready.headers['retry-after']).toBe('2')
  expect(await env.call(null, 'GET', '/v1/health')).toMatchObject({ status: 200, body: { status: 'ok' } })
  await startServer()
  await until('the node is ready again', async () => (await ready()).status === 200)
})

test('the diagnosis is for operators', async () => {
  expect((await env.call('ada', 'GET', '/v1/diagnosis')).status).toBe(403)
  expect((await env.call(null, 'GET', '/v1/diagnosis')).status).toBe(401)
})

test('[ops.failure] what is wrong with hosts, pools, fabric, image stores and VMs is found, with its remedy, and is over when it is mended', async () => {
  const [host, other] = env.hosts
  const [id] = env.hostIds
  if (!host || !other || !id) throw new Error('two hosts are needed')
  const { pool, fabric, imageStore } = env.furniture

  host.faults.skewClock(-60_000)
  expect(await found('HOST_CLOCK')).toMatchObject({
    severity: 'error',
    kind: 'host',
    resource: id,
    message: expect.stringMatching(/behind/),
  })
  host.faults.skewClock(0)
  await gone('HOST_CLOCK')

  host.faults.breakPart('libvirt')
  expect(await found('HOST_PART_DOWN')).toMatchObject({ severity: 'error', resource: id })
  host.faults.breakPart(null)
  await gone('HOST_PART_DOWN')

  host.faults.disconnect()
  expect(await found('HOST_DOWN')).toMatchObject({
    severity: 'error',
    resource: id,
    remedy: expect.stringMatching(/basalt-host-agent/),
  })
  host.faults.reconnect()
  await gone('HOST_DOWN')

  env.network.faults.setAvailable(false)
  expect(await found('FABRIC_DOWN')).toMatchObject({ severity: 'error', kind: 'fabric', resource: fabric })
  env.network.faults.setAvailable(true)
  await gone('FABRIC_DOWN')

  host.faults.unmountPool('/var/lib/basalt/pool1')
  host.faults.disconnect()
  await found('HOST_DOWN')
  host.faults.reconnect()
  expect(await found('POOL_UNUSABLE')).toMatchObject({ severity: 'error', kind: 'storagePool', resource: pool })
  host.faults.mountPool('/var/lib/basalt/pool1')

  for (const each of env.hosts) each.faults.failNext('start', { code: 'DOMAIN_START_FAILED', message: 'no luck' })
  const vm = (await env.createVm({ name: 'unlucky' })).body.resource
  expect(await found('VM_FAILED')).toMatchObject({
    severity: 'warning',
    resource: vm,
    message: expect.stringMatching(/no luck/),
  })
  for (const each of env.hosts) each.faults.clear()

  await env.controlPlane().store.database.query(`update image_store set path = '/nowhere' where id = $1`, [imageStore])
  expect(await found('IMAGE_STORE_UNREACHABLE')).toMatchObject({ severity: 'error', resource: imageStore })
})

test('[ops.failure] a task that does not move is found', async () => {
  const hung = env.hosts.map((host) => host.faults.hangNext('start'))
  const { zone, offering, image, network } = env.furniture
  const request = { name: 'stuck', zone, offering, image, networks: [{ network }] }
  const { body: task } = await env.call('ada', 'POST', '/v1/vms', request)
  await Promise.race(hung.map(({ reached }) => reached))
  const { database } = env.controlPlane().store
  await until('nothing is written of it any more', async () => {
    await database.query(`update task set updated_at = now() - interval '1 hour' where id = $1`, [task.id])
    return (await diagnosis()).some(({ code, resource }) => code === 'TASK_STUCK' && resource === task.id)
  })
  for (const { release } of hung) release()
  await until('the task ends', async () => (await env.call('ada', 'GET', `/v1/tasks/${task.id}`)).body.finishedAt)
  await gone('TASK_STUCK')
})

test('a part that cannot be examined is a finding itself, and the others are examined all the same', async () => {
  const { database } = env.controlPlane().store
  await database.script('alter table pool_mount rename to pool_mount_away')
  expect(await found('EXAMINATION_FAILED')).toMatchObject({
    severity: 'error',
    message: expect.stringMatching(/storage pools/),
  })
  await database.script('alter table pool_mount_away rename to pool_mount')
  await gone('EXAMINATION_FAILED')
})
