/** A way out of every state: what is found decides, whatever the row said. */
import { type CloudEnvironment, cloud, until } from '@basalt/testkit'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { hostAt, poolOf, rowOf, runningVm, unasked, vmRow } from './reconcile/support.ts'

let env: CloudEnvironment
let vm: string
beforeAll(async () => {
  env = await cloud({ hosts: 1, heartbeatIntervalMs: 60_000, hostGraceMs: 100 })
})
afterAll(() => env.close())
beforeEach(async () => {
  for (const { id } of await env.items('ada', '/v1/vms')) await env.ok('ada', 'DELETE', `/v1/vms/${id}`)
  vm = await runningVm(env)
})

const say = (kind: string, id: string, set: Record<string, unknown>) =>
  env.controlPlane().store.commit([{ op: 'update', kind, id, set }])
const recover = (path: string, who: 'ada' | 'operator' = 'ada') => env.ok(who, 'POST', `/v1/${path}/recover`)
const hostBecomes = (state: string) =>
  until(`the host is ${state}`, async () =>
    (await env.call('operator', 'GET', `/v1/hosts/${env.hostIds[0]}`)).body.state === state ? true : null,
  )

const EVERY = ['creating', 'starting', 'running', 'stopping', 'rebooting', 'stopped', 'recovering', 'failed'] as const

test.each(EVERY)(
  '[core.saga] a VM that is said to be %s, and runs, is running afterwards with room and ports',
  async (state) => {
    const before = await vmRow(env, vm)
    await say('vm', vm, { state, host: null })
    await env.controlPlane().store.commit([{ op: 'delete', kind: 'reservation', id: vm }])
    await say('host', env.hostIds[0] ?? '', { vcpusReserved: 0, memoryReservedBytes: 0 })
    expect(await recover(`vms/${vm}`)).toMatchObject({
      message: expect.stringMatching(/^Its guest runs on the host "host1"/),
    })
    expect(await vmRow(env, vm)).toMatchObject({ state: 'running', host: before.host, cause: null })
    expect(env.network.snapshot().ports).toMatchObject([{ chassis: 'host1' }])
    expect(await env.leftovers()).toEqual([])
  },
)

test.each(EVERY)(
  '[core.saga] a VM that is said to be %s, and does not run, is stopped afterwards and starts again',
  async (state) => {
    await hostAt(env).host.hypervisor.commands.powerOff({ vm }, unasked)
    await say('vm', vm, { state })
    expect(await recover(`vms/${vm}`)).toMatchObject({ message: 'It does not run. Its disks are there.' })
    expect(await vmRow(env, vm)).toMatchObject({ state: 'stopped', host: null })
    expect(env.network.snapshot().ports).toMatchObject([{ chassis: null }])
    expect(await env.leftovers()).toEqual([])
    await env.ok('ada', 'POST', `/v1/vms/${vm}/start`)
  },
)

test('[core.saga] a VM that was half deleted is gone afterwards', async () => {
  await say('vm', vm, { state: 'deleting' })
  expect(await recover(`vms/${vm}`)).toMatchObject({ message: 'It was half deleted; the rest of it is gone now.' })
  expect((await env.call('ada', 'GET', `/v1/vms/${vm}`)).status).toBe(404)
  expect(await env.leftovers()).toEqual([])
})

test('[core.saga] a VM without its disk is failed, says which, and can be deleted', async () => {
  await env.ok('ada', 'POST', `/v1/vms/${vm}/power-off`)
  const volume = await rowOf(env, 'volume', { vm })
  await hostAt(env).host.storage.commands.remove({ pool: poolOf(env), layer: volume?.topLayer as string }, unasked)
  await recover(`vms/${vm}`)
  expect(await vmRow(env, vm)).toMatchObject({
    state: 'failed',
    cause: {
      code: 'DISK_MISSING',
      message: expect.stringMatching(/"vm1 root"/),
      remedy: expect.stringMatching(/delete/),
    },
  })
  await env.ok('ada', 'DELETE', `/v1/vms/${vm}`)
  expect(await env.leftovers()).toEqual([])
})

test('[core.saga] a VM that was never made to the end is failed, with nothing left but its addresses', async () => {
  const { store } = env.controlPlane()
  const volume = await rowOf(env, 'volume', { vm })
  const { host } = hostAt(env)
  await host.hypervisor.commands.remove({ vm }, unasked)
  await host.storage.commands.remove({ pool: poolOf(env), layer: volume?.topLayer as string }, unasked)
  await store.commit([
    { op: 'delete', kind: 'volume', id: volume?.id ?? '' },
    { op: 'delete', kind: 'layer', id: volume?.id ?? '' },
    { op: 'update', kind: 'vm', id: vm, set: { state: 'creating' } },
  ])
  await recover(`vms/${vm}`)
  expect(await vmRow(env, vm)).toMatchObject({ state: 'failed', host: null, cause: { code: 'VM_INCOMPLETE' } })
  expect(env.network.snapshot().ports).toEqual([])
})

test('[core.saga] with its host away a VM is as it was, or failed until the host is back', async () => {
  const { host } = hostAt(env)
  host.faults.disconnect()
  await hostBecomes('down')
  expect(await recover(`vms/${vm}`)).toMatchObject({
    message: expect.stringMatching(/"host1" is away.*nothing was changed/),
  })
  expect(await vmRow(env, vm)).toMatchObject({ state: 'running' })
  await say('vm', vm, { state: 'rebooting' })
  await recover(`vms/${vm}`)
  expect(await vmRow(env, vm)).toMatchObject({ state: 'failed', cause: { code: 'HOST_AWAY' } })
  host.faults.reconnect()
  await hostBecomes('up')
  await recover(`vms/${vm}`)
  expect(await vmRow(env, vm)).toMatchObject({ state: 'running', cause: null })
})

test('[core.saga] what a task works on is not recovered, and nobody recovers what is not theirs', async () => {
  const hung = hostAt(env).host.faults.hangNext('hypervisor.reboot')
  const { body: task } = await env.call('ada', 'POST', `/v1/vms/${vm}/reboot`)
  await hung.reached
  expect((await env.call('ada', 'POST', `/v1/vms/${vm}/recover`)).body).toMatchObject({ code: 'RESOURCE_BUSY' })
  expect((await env.call('bob', 'POST', `/v1/vms/${vm}/recover`)).status).toBe(404)
  hung.release()
  await until('the reboot ends', async () => (await env.call('ada', 'GET', `/v1/tasks/${task.id}`)).body.finishedAt)
})

test('[core.saga] a network is made as its row says, or goes when it was going', async () => {
  const { zone } = env.furniture
  const made = await env.ok('ada', 'POST', '/v1/networks', { name: 'net2', zone, cidr: '10.7.0.0/24' })
  const id = made.resource as string
  env.network.tamper.network(id, null)
  await say('network', id, { state: 'creating' })
  expect(await recover(`networks/${id}`)).toMatchObject({
    message: 'Its switch is not there; it was made as it should be.',
  })
  expect(env.network.snapshot().networks.map(({ network }) => network)).toContain(id)
  await say('network', id, { state: 'deleting' })
  await recover(`networks/${id}`)
  expect((await env.call('ada', 'GET', `/v1/networks/${id}`)).status).toBe(404)
  expect(await env.leftovers()).toEqual([])
})

test('[core.saga] images, cached images, pools and hosts tell what there is of them', async () => {
  const { image, pool } = env.furniture
  for (const state of ['creating', 'failed']) {
    await say('image', image, { state })
    expect(await recover(`images/${image}`, 'operator')).toMatchObject({
      message: expect.stringMatching(/checksum is right/),
    })
    await say('storagePool', pool, { state })
    expect(await recover(`storage-pools/${pool}`, 'operator')).toMatchObject({
      message: 'It can be used on 1 of 1 hosts',
    })
  }
  const [entry] = await env.items('operator', '/v1/cache-entries')
  await say('cacheEntry', entry?.id ?? '', { state: 'filling' })
  expect(await recover(`cache-entries/${entry?.id}`, 'operator')).toMatchObject({ message: 'The pool has the image.' })
  await say('host', env.hostIds[0] ?? '', { state: 'down' })
  expect(await recover(`hosts/${env.hostIds[0]}`, 'operator')).toMatchObject({
    message: expect.stringMatching(/is connected/),
  })
  await hostBecomes('up')
  expect((await env.call('operator', 'GET', `/v1/images/${image}`)).body.state).toBe('ready')
})
