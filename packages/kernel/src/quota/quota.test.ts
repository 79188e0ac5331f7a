import { randomUUID } from 'node:crypto'
import { type CloudEnvironment, cloud, findings, reconcile, until, type Who } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

const GIB = 2 ** 30
/** Hundreds of connections and tasks, on a loaded machine. */
const LONG_MS = 180_000
let env: CloudEnvironment
const accounts: Partial<Record<Who, string>> = {}

beforeAll(async () => {
  env = await cloud({ hosts: 2, recycleBin: true })
  for (const { id, name } of await env.items('operator', '/v1/accounts')) accounts[name as Who] = id
})
afterAll(() => env.close())

interface QuotaView {
  id: string
  used: number
  maximum: number | null
  source: string | null
}

async function quota(who: Who, metric: string): Promise<QuotaView> {
  const [found] = await env.items('operator', `/v1/quotas?account=${accounts[who]}&metric=${metric}`)
  if (!found) throw new Error(`${who} has no quota of ${metric}`)
  return found as unknown as QuotaView
}
const setLimit = async (who: Who, metric: string, maximum: number | null) =>
  env.ok('operator', 'POST', `/v1/quotas/${(await quota(who, metric)).id}/set-limit`, { maximum })
const useDefault = async (who: Who, metric: string) =>
  env.ok('operator', 'POST', `/v1/quotas/${(await quota(who, metric)).id}/use-default`)
const recount = async () => (await env.ok('operator', 'POST', '/v1/quotas/recount')).items
const createNetwork = (who: Who, name: string) =>
  env.call(who, 'POST', '/v1/networks', { name, zone: env.furniture.zone, cidr: '10.9.0.0/24' })
const settled = () =>
  until('all tasks have ended', async () => {
    const open = await env.controlPlane().store.database.query('select id from task where finished_at is null')
    return open.length === 0
  })

async function removeNetworks(who: Who): Promise<void> {
  await settled()
  const networks = await env.items(who, '/v1/networks?limit=1000')
  const spare = networks.filter(({ id }) => id !== env.furniture.network)
  await Promise.all(spare.map(({ id }) => env.ok(who, 'DELETE', `/v1/networks/${id}`)))
}

test('[core.quota] [iam.quota] of 500 parallel creates against a quota of 100 exactly 100 are accepted', {
  timeout: LONG_MS,
}, async () => {
  await setLimit('bob', 'networks', 100)
  const answers = await Promise.all(Array.from({ length: 500 }, (_, index) => createNetwork('bob', `n${index}`)))
  const refused = answers.filter(({ status }) => status !== 202)
  expect(refused).toHaveLength(400)
  expect(new Set(refused.map(({ status, body }) => `${status} ${body.code}`))).toEqual(new Set(['409 QUOTA_EXCEEDED']))
  expect(await quota('bob', 'networks')).toMatchObject({ used: 100, maximum: 100 })
  expect(await env.items('bob', '/v1/networks?limit=1000')).toHaveLength(100)
  expect(await recount()).toEqual([])
  await removeNetworks('bob')
  expect(await quota('bob', 'networks')).toMatchObject({ used: 0 })
})

test('[core.quota] a control plane that dies in the middle of many creates has counted what there is', {
  timeout: LONG_MS,
}, async () => {
  await setLimit('bob', 'networks', 50)
  const asked = Array.from({ length: 120 }, (_, index) => createNetwork('bob', `c${index}`).catch(() => null))
  await until('some are accepted', async () => (await quota('bob', 'networks')).used > 0)
  await env.restart()
  await Promise.all(asked)
  await settled()
  const { used } = await quota('bob', 'networks')
  expect(used).toBeLessThanOrEqual(50)
  expect(await env.items('bob', '/v1/networks?limit=1000')).toHaveLength(used)
  expect(await recount()).toEqual([])
  await removeNetworks('bob')
})

test('[core.quota] the refusal names metric, limit, use and wish, and changes nothing', async () => {
  await setLimit('ada', 'volumeBytes', 3 * GIB)
  const before = await env.snapshot()
  const { status, body } = await env.createVm({ rootSizeBytes: 4 * GIB })
  expect([status, body.code]).toEqual([409, 'QUOTA_EXCEEDED'])
  expect(body).toMatchObject({
    detail:
      'The quota of volume bytes is 3 GiB for the account "ada" in the zone "zone1"; 0 GiB are used, and this asks for 4 GiB more.',
    remedy: expect.stringContaining('operator'),
    metric: 'volumeBytes',
    maximum: 3 * GIB,
    used: 0,
    asked: 4 * GIB,
    account: accounts.ada,
    zone: env.furniture.zone,
  })
  expect(await env.snapshot()).toEqual(before)
  const made = await env.createVm({ rootSizeBytes: 3 * GIB })
  expect(made.body.state).toBe('succeeded')
  expect(await quota('ada', 'volumeBytes')).toMatchObject({ used: 3 * GIB })
  await env.ok('ada', 'DELETE', `/v1/vms/${made.body.resource}`, { expunge: true })
  expect(await quota('ada', 'volumeBytes')).toMatchObject({ used: 0 })
  await useDefault('ada', 'volumeBytes')
})

test('[core.quota] a stopped VM takes neither CPUs nor memory; starting it takes them again, if they are left', async () => {
  await setLimit('ada', 'vcpus', 1)
  const first = (await env.createVm({ name: 'first' })).body.resource
  expect((await env.createVm({ name: 'second' })).body).toMatchObject({ code: 'QUOTA_EXCEEDED', metric: 'vcpus' })
  await env.ok('ada', 'POST', `/v1/vms/${first}/power-off`)
  expect(await quota('ada', 'memoryBytes')).toMatchObject({ used: 0 })
  const second = (await env.createVm({ name: 'second' })).body.resource
  expect((await env.call('ada', 'POST', `/v1/vms/${first}/start`)).body).toMatchObject({ code: 'QUOTA_EXCEEDED' })
  expect((await env.call('ada', 'GET', `/v1/vms/${first}`)).body.state).toBe('stopped')
  // Lowered below what is used: what gives back is never refused.
  await setLimit('ada', 'vcpus', 0)
  await env.ok('ada', 'POST', `/v1/vms/${second}/stop`)
  expect(await quota('ada', 'vms')).toMatchObject({ used: 2 })
  for (const vm of [first, second]) await env.ok('ada', 'DELETE', `/v1/vms/${vm}`, { expunge: true })
  expect(await quota('ada', 'vms')).toMatchObject({ used: 0 })
  await useDefault('ada', 'vcpus')
  expect(await env.leftovers()).toEqual([])
})

test('[core.quota] a create that fails gives back what it took', async () => {
  for (const host of env.hosts) host.faults.failNext('start')
  const { body } = await env.createVm()
  for (const host of env.hosts) host.faults.clear()
  expect(body.state).toBe('failed')
  for (const metric of ['volumes', 'volumeBytes', 'runningVms', 'vcpus'])
    expect([metric, (await quota('ada', metric)).used]).toEqual([metric, 0])
  await env.ok('ada', 'DELETE', `/v1/vms/${body.resource}`)
  expect(await quota('ada', 'vms')).toMatchObject({ used: 0 })
})

test('[core.quota] an image too large for its quota fails, and leaves nothing', async () => {
  await setLimit('ada', 'imageBytes', 1)
  const { body } = await env.addImage('ada', { name: 'large' })
  expect(body).toMatchObject({ state: 'failed', cause: { code: 'QUOTA_EXCEEDED' } })
  expect(await quota('ada', 'imageBytes')).toMatchObject({ used: 0 })
  await env.ok('ada', 'DELETE', `/v1/images/${body.resource}`)
  await useDefault('ada', 'imageBytes')
})

test('[core.quota] the nearest limit counts: the account’s, the zone’s, the platform’s', async () => {
  const { zone } = env.furniture
  const limit = (body: object) => env.ok('operator', 'POST', '/v1/quota-limits', { metric: 'vms', ...body })
  expect(await quota('ada', 'vms')).toMatchObject({ maximum: null, source: null })
  const ofPlatform = await limit({ maximum: 7 })
  expect(await quota('ada', 'vms')).toMatchObject({ maximum: 7, source: 'platform' })
  const ofZone = await limit({ maximum: 5, zone })
  expect(await quota('ada', 'vms')).toMatchObject({ maximum: 5, source: 'zone' })
  const ofAccount = await limit({ maximum: 3, account: accounts.ada })
  expect(await quota('ada', 'vms')).toMatchObject({ maximum: 3, source: 'account' })
  await setLimit('ada', 'vms', null)
  expect(await quota('ada', 'vms')).toMatchObject({ maximum: null, source: 'account' })
  expect(await quota('bob', 'vms')).toMatchObject({ maximum: 5 })
  expect((await env.call('operator', 'POST', '/v1/quota-limits', { metric: 'vms', maximum: 1 })).body.code).toBe(
    'ALREADY_EXISTS',
  )
  const elsewhere = { metric: 'images', zone, maximum: 1 }
  expect((await env.call('operator', 'POST', '/v1/quota-limits', elsewhere)).body).toMatchObject({
    code: 'INVALID_INPUT',
    errors: [{ field: 'zone' }],
  })
  for (const { id } of [ofPlatform, ofZone, ofAccount]) await env.ok('operator', 'DELETE', `/v1/quota-limits/${id}`)
  await useDefault('ada', 'vms')
  expect(await quota('ada', 'vms')).toMatchObject({ maximum: null, source: null })
})

test('[core.quota] [iam.isolation] a tenant sees its own quotas and sets none', async () => {
  const own = await env.items('ada', '/v1/quotas')
  expect(new Set(own.map(({ account }) => account))).toEqual(new Set([accounts.ada]))
  expect(own.map(({ metric }) => metric).sort()).toEqual([
    'imageBytes',
    'images',
    'memoryBytes',
    'networks',
    'runningVms',
    'vcpus',
    'vms',
    'volumeBytes',
    'volumes',
  ])
  const mine = await quota('ada', 'vms')
  expect((await env.call('ada', 'GET', `/v1/quotas/${mine.id}`)).body).toMatchObject({ id: mine.id, metric: 'vms' })
  expect((await env.call('bob', 'GET', `/v1/quotas/${mine.id}`)).status).toBe(404)
  expect((await env.call('ada', 'POST', `/v1/quotas/${mine.id}/set-limit`, { maximum: 9 })).body.code).toBe('FORBIDDEN')
  expect((await env.call('ada', 'POST', '/v1/quotas/recount')).body.code).toBe('FORBIDDEN')
  expect((await env.call('ada', 'GET', '/v1/quota-limits')).body.items).toEqual([])
})

test('[core.quota] recounting tells what was wrong and mends it', async () => {
  const { store } = env.controlPlane()
  await store.database.query(`update quota_usage set used = used + 7 where account = $1 and metric = 'networks'`, [
    accounts.ada,
  ])
  await store.database.query(
    `insert into quota_usage (account, zone, metric, used) values ($1, '00000000-0000-0000-0000-000000000000', 'images', 2)
       on conflict (account, zone, metric) do update set used = 2`,
    [accounts.ada],
  )
  const common = { account: accounts.ada }
  expect(await recount()).toEqual([
    { ...common, zone: null, metric: 'images', counted: 2, actual: 0 },
    { ...common, zone: env.furniture.zone, metric: 'networks', counted: 8, actual: 1 },
  ])
  expect(await recount()).toEqual([])
  expect(await quota('ada', 'networks')).toMatchObject({ used: 1 })
})

test('[core.quota] a reconciler recounts by itself, and tells of each account that was wrong', async () => {
  const { store } = env.controlPlane()
  expect(await reconcile(env, 'quotas')).toMatchObject({ found: 0 })
  await store.database.query(
    `update quota_usage set used = used + 1 where account = $1 and metric in ('networks', 'vms')`,
    [accounts.ada],
  )
  expect(await reconcile(env, 'quotas')).toMatchObject({ found: 1, repaired: 1, failed: 0 })
  const [told] = await findings(env, `?resource=${accounts.ada}`)
  expect(told).toMatchObject({ code: 'QUOTA_MISCOUNTED', state: 'repaired' })
  expect(told?.what).toContain('2 networks in the zone')
  expect(await quota('ada', 'networks')).toMatchObject({ used: 1 })
})

test('[core.quota] what changes its owner takes its quota along', async () => {
  const { store } = env.controlPlane()
  const id = randomUUID()
  const common = { id, name: 'moved', description: '', zone: env.furniture.zone }
  const row = { ...common, account: accounts.ada, sizeBytes: GIB, topLayer: id, state: 'inUse' }
  await store.commit([{ op: 'insert', kind: 'volume', row }])
  expect([(await quota('ada', 'volumes')).used, (await quota('bob', 'volumes')).used]).toEqual([1, 0])
  await setLimit('bob', 'volumeBytes', GIB - 1)
  const move = { op: 'update', kind: 'volume', id, set: { account: accounts.bob } } as const
  await expect(store.commit([move, { op: 'withinQuota' }])).rejects.toMatchObject({
    excess: { account: accounts.bob, metric: 'volumeBytes' },
  })
  await useDefault('bob', 'volumeBytes')
  await store.commit([move, { op: 'withinQuota' }])
  expect([(await quota('ada', 'volumes')).used, (await quota('bob', 'volumes')).used]).toEqual([0, 1])
  expect(await quota('bob', 'volumeBytes')).toMatchObject({ used: GIB })
  await store.commit([{ op: 'delete', kind: 'volume', id }])
})
