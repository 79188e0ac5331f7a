import { type CloudEnvironment, cloud, until } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

const GIB = 2 ** 30
let env: CloudEnvironment
beforeAll(async () => {
  env = await cloud({ hosts: 2, recycleBin: true })
})
afterAll(() => env.close())

const make = async (options: Record<string, unknown> = {}): Promise<string> => {
  const { body } = await env.createVm(options)
  expect(body).toMatchObject({ state: 'succeeded' })
  return body.resource as string
}
const show = async (vm: string) => (await env.call('operator', 'GET', `/v1/vms/${vm}`)).body
const act = (vm: string, action: string) =>
  env.call('ada', 'POST', `/v1/vms/${vm}/${action}`, undefined, { prefer: 'wait=60' })
const remove = (vm: string) => env.ok('ada', 'DELETE', `/v1/vms/${vm}`)
const names = async (path: string) => (await env.items('ada', path)).map(({ name }) => name)
const used = async (metric: string) => (await env.items('ada', `/v1/quotas?metric=${metric}`))[0]?.used
const query = (sql: string, values: unknown[]) => env.controlPlane().store.database.query(sql, values)
const age = (table: 'vm' | 'image', id: string, hours: number) =>
  query(`update ${table} set recycled_at = recycled_at - make_interval(hours => $2) where id = $1`, [id, hours])
const isGone = (path: string) =>
  until(`${path} is gone`, async () => (await env.call('operator', 'GET', path)).status === 404)
const domains = () => env.hosts.flatMap((host) => host.snapshot().domains)

test('[core.recyclebin] a deleted VM is off, gives its room back, keeps disks and addresses, and comes back whole', async () => {
  const vm = await make({ name: 'web', rootSizeBytes: 2 * GIB })
  const before = await show(vm)
  const task = await remove(vm)
  expect(task).toMatchObject({ action: 'vm.delete', state: 'succeeded' })
  expect(await show(vm)).toMatchObject({
    state: 'recycled',
    recycledAt: expect.any(String),
    host: null,
    addresses: before.addresses,
  })
  expect(domains().filter(({ state }) => state === 'running')).toEqual([])
  expect(await env.items('operator', '/v1/reservations')).toEqual([])
  expect(await names('/v1/vms')).toEqual([])
  expect(await names('/v1/vms?recycled=true')).toEqual(['web'])
  expect(await env.items('ada', `/v1/volumes?vm=${vm}`)).toMatchObject([{ state: 'inUse', sizeBytes: 2 * GIB }])
  // Storage is still counted, the VM itself is not.
  expect([await used('vms'), await used('vcpus'), await used('volumes'), await used('volumeBytes')]).toEqual([
    0,
    0,
    1,
    2 * GIB,
  ])
  const networks = [{ network: env.furniture.network, address: (before.addresses as string[])[0] }]
  expect((await env.createVm({ networks })).body.errors).toMatchObject([{ message: 'is taken' }])
  const undeleted = await act(vm, 'undelete')
  expect(undeleted).toMatchObject({ status: 200, body: { state: 'stopped', recycledAt: null } })
  expect((await act(vm, 'start')).body.state).toBe('succeeded')
  expect(await show(vm)).toMatchObject({ state: 'running', addresses: before.addresses })
  await remove(vm)
  expect((await act(vm, 'expunge')).body.state).toBe('succeeded')
  expect((await act(vm, 'undelete')).status).toBe(404)
  expect([await used('vms'), await used('volumeBytes')]).toEqual([0, 0])
  expect(domains()).toEqual([])
  expect(await env.leftovers()).toEqual([])
})

test('[core.recyclebin] what lies in the bin is for nothing but undeleting and expunging', async () => {
  const vm = await make({ name: 'resting' })
  expect((await act(vm, 'undelete')).body).toMatchObject({ code: 'WRONG_STATE' })
  expect((await act(vm, 'expunge')).body).toMatchObject({ code: 'WRONG_STATE' })
  await remove(vm)
  const before = await env.snapshot()
  for (const action of ['start', 'stop', 'reboot', 'power-off'])
    expect([action, (await act(vm, action)).body.code]).toEqual([action, 'RECYCLED'])
  expect((await env.call('ada', 'PATCH', `/v1/vms/${vm}`, { name: 'x' })).body.code).toBe('RECYCLED')
  expect((await env.call('ada', 'DELETE', `/v1/vms/${vm}`)).body).toMatchObject({
    code: 'RECYCLED',
    remedy: 'Undelete it first, or expunge it.',
  })
  for (const action of ['undelete', 'expunge'])
    expect((await env.call('bob', 'POST', `/v1/vms/${vm}/${action}`)).status).toBe(404)
  expect((await env.call('bob', 'GET', '/v1/vms?recycled=true')).body.items).toEqual([])
  expect((await env.call('ada', 'GET', '/v1/vms?recycled=perhaps')).body).toMatchObject({ code: 'INVALID_INPUT' })
  expect(await env.snapshot()).toEqual(before)
  await act(vm, 'expunge')
})

test('[core.recyclebin] undeleting takes the quota again, if it is left; expunging is never refused', async () => {
  const vm = await make({ name: 'first' })
  await remove(vm)
  const [quota] = await env.items('ada', '/v1/quotas?metric=vms')
  await env.ok('operator', 'POST', `/v1/quotas/${quota?.id}/set-limit`, { maximum: 0 })
  expect((await act(vm, 'undelete')).body).toMatchObject({ code: 'QUOTA_EXCEEDED', metric: 'vms', maximum: 0 })
  expect((await act(vm, 'expunge')).body.state).toBe('succeeded')
  await env.ok('operator', 'POST', `/v1/quotas/${quota?.id}/use-default`)
})

test('[core.recyclebin] a delete that is meant for good, and one of a VM that never was, leave nothing in the bin', async () => {
  const vm = await make()
  await env.ok('ada', 'DELETE', `/v1/vms/${vm}`, { expunge: true })
  expect((await env.call('ada', 'GET', `/v1/vms/${vm}`)).status).toBe(404)
  for (const host of env.hosts) host.faults.failNext('start')
  const failed = (await env.createVm()).body.resource as string
  for (const host of env.hosts) host.faults.clear()
  await remove(failed)
  expect((await env.call('ada', 'GET', `/v1/vms/${failed}`)).status).toBe(404)
  expect(await env.items('ada', '/v1/vms?recycled=true')).toEqual([])
  expect(await env.leftovers()).toEqual([])
})

test('[core.recyclebin] a VM whose host is away stays as it was, and can be deleted when it is back', async () => {
  const vm = await make({ name: 'away' })
  const id = (await show(vm)).host as string
  const host = env.hosts[env.hostIds.indexOf(id)]
  const isHost = (state: string) =>
    until(
      `the host is ${state}`,
      async () => (await env.call('operator', 'GET', `/v1/hosts/${id}`)).body.state === state,
    )
  host?.faults.disconnect()
  await isHost('down')
  const refused = await env.call('ada', 'DELETE', `/v1/vms/${vm}`, undefined, { prefer: 'wait=60' })
  expect(refused.body).toMatchObject({ state: 'failed' })
  expect(await show(vm)).toMatchObject({ state: 'running', recycledAt: null })
  host?.faults.reconnect()
  await isHost('up')
  await remove(vm)
  expect(await show(vm)).toMatchObject({ state: 'recycled' })
  await act(vm, 'expunge')
})

test('[core.recyclebin] what has lain there for long enough is expunged, also when that failed before', async () => {
  const vm = await make({ name: 'old' })
  const young = await make({ name: 'young' })
  const host = env.hosts[env.hostIds.indexOf((await show(vm)).host as string)]
  for (const id of [vm, young]) await remove(id)
  await age('vm', vm, 23)
  await env.controlPlane().tidy()
  expect(await show(vm)).toMatchObject({ state: 'recycled' })
  await age('vm', vm, 2)
  host?.faults.failNext('remove')
  await env.controlPlane().tidy()
  await until('it failed', async () => (await show(vm)).state === 'failed')
  expect(await names('/v1/vms')).toEqual([])
  expect(await names('/v1/vms?recycled=true')).toEqual(['young', 'old'])
  expect((await act(vm, 'power-off')).body.code).toBe('RECYCLED')
  host?.faults.clear()
  await env.controlPlane().tidy()
  await isGone(`/v1/vms/${vm}`)
  const tasks = await env.items('ada', `/v1/tasks?resource=${vm}&action=vm.expunge`)
  expect(tasks.map(({ state }) => state).sort()).toEqual(['failed', 'succeeded'])
  expect(await show(young)).toMatchObject({ state: 'recycled' })
  await act(young, 'expunge')
  expect(await env.leftovers()).toEqual([])
})

test('[core.recyclebin] an image in the bin keeps its file, makes no VMs, and can be undeleted', async () => {
  const image = (await env.addImage('ada', { name: 'mine' })).body.resource as string
  const bytes = await used('imageBytes')
  const task = await env.call('ada', 'DELETE', `/v1/images/${image}`)
  expect(task).toMatchObject({ status: 200, body: { action: 'image.delete', state: 'succeeded', percent: 100 } })
  expect([await used('images'), await used('imageBytes')]).toEqual([0, bytes])
  expect(await names('/v1/images')).toEqual(['tiny'])
  expect((await env.createVm({ image })).body.errors).toMatchObject([
    {
      field: 'image',
      message: 'refers to a image that is in the recycle bin',
      remedy: expect.stringMatching(/Undelete/),
    },
  ])
  await env.ok('ada', 'POST', `/v1/images/${image}/undelete`)
  const vm = await make({ image })
  await env.ok('ada', 'DELETE', `/v1/images/${image}`)
  await age('image', image, 25)
  await env.controlPlane().tidy()
  await isGone(`/v1/images/${image}`)
  expect([await used('imageBytes'), (await show(vm)).state]).toEqual([0, 'running'])
  await env.ok('ada', 'DELETE', `/v1/vms/${vm}`, { expunge: true })
})

test('[core.recyclebin] what the bin keeps others from is told', async () => {
  const network = (
    await env.ok('ada', 'POST', '/v1/networks', { name: 'n', zone: env.furniture.zone, cidr: '10.3.0.0/24' })
  ).resource as string
  const vm = await make({ name: 'kept', networks: [{ network }] })
  await remove(vm)
  expect((await env.call('ada', 'DELETE', `/v1/networks/${network}`)).body).toMatchObject({ code: 'IN_USE' })
  const { id, account } = (await show(vm)) as { id: string; account: string }
  expect((await env.call('operator', 'DELETE', `/v1/accounts/${account}`)).body.detail).toContain(
    '1 vm ("kept") in the recycle bin',
  )
  await act(id, 'expunge')
  await env.ok('ada', 'DELETE', `/v1/networks/${network}`)
  expect(await env.leftovers()).toEqual([])
})
