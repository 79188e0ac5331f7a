/** Hosts with the database: what is ours is mended, what is not is told, and what a task works on is left alone. */
import { randomUUID } from 'node:crypto'
import { type CloudEnvironment, cloud, findings, reconcile, until } from '@basalt/testkit'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'
import { guestOf, hostAt, poolOf, rowOf, runningVm, unasked, vmRow } from './support.ts'

let env: CloudEnvironment
beforeAll(async () => {
  env = await cloud({ heartbeatIntervalMs: 60_000, engine: { graceMs: 200 } })
})
afterAll(() => env.close())
afterEach(async () => {
  for (const { id } of await env.items('ada', '/v1/vms')) await env.ok('ada', 'DELETE', `/v1/vms/${id}`)
  expect(await env.leftovers()).toEqual([])
})

const open = () => findings(env, '?state=open')

test('[core.saga] a world as the database says has nothing to mend', async () => {
  await runningVm(env)
  expect(await reconcile(env, 'hosts')).toMatchObject({ state: 'idle', looked: 2, found: 0, failed: 0 })
  expect(await open()).toEqual([])
})

test('[core.saga] the guest of a VM that was deleted is removed from its host', async () => {
  const vm = await runningVm(env)
  await env.ok('ada', 'DELETE', `/v1/vms/${vm}`)
  const { host } = hostAt(env)
  await host.hypervisor.commands.start({ domain: guestOf(vm) }, unasked)
  expect(await reconcile(env, 'hosts')).toMatchObject({ found: 1, repaired: 1 })
  expect(host.snapshot().domains).toEqual([])
  expect(await findings(env, `?resource=${vm}`)).toMatchObject([
    {
      code: 'GUEST_LEFT_OVER',
      state: 'repaired',
      place: 'host host1',
      outcome: 'It was removed from the host.',
      times: 1,
    },
  ])
})

test('[core.saga] a guest of which nothing is known is told, left alone, and forgotten when it is gone', async () => {
  const { host, id } = hostAt(env)
  const guest = guestOf()
  await host.hypervisor.commands.start({ domain: guest }, unasked)
  for (let run = 0; run < 2; run++) expect(await reconcile(env, 'hosts')).toMatchObject({ found: 1, reported: 1 })
  expect(host.snapshot().domains).toMatchObject([{ vm: guest.vm, state: 'running' }])
  expect(await open()).toMatchObject([
    { code: 'GUEST_UNKNOWN', resource: guest.vm, placeId: id, remedy: expect.stringMatching(/virsh/), times: 1 },
  ])
  await host.hypervisor.commands.remove({ vm: guest.vm }, unasked)
  await reconcile(env, 'hosts')
  expect(await findings(env, `?resource=${guest.vm}`)).toMatchObject([{ state: 'over' }])
})

test('[core.saga] a guest that runs although its VM is stopped is powered off', async () => {
  const vm = await runningVm(env)
  await env.ok('ada', 'POST', `/v1/vms/${vm}/power-off`)
  const { lastHost } = await vmRow(env, vm)
  const { host } = hostAt(env, env.hostIds.indexOf(lastHost as string))
  const [domain] = host.snapshot().domains
  if (!domain) throw new Error('the host forgot the VM')
  await host.hypervisor.commands.start({ domain: domain.spec }, unasked)
  expect(await reconcile(env, 'hosts')).toMatchObject({ repaired: 1 })
  expect(host.snapshot().domains).toMatchObject([{ vm, state: 'stopped' }])
})

test('[core.saga] a definition on a host that the VM left is removed, a guest that runs there is told', async () => {
  const vm = await runningVm(env)
  const { host: at } = await vmRow(env, vm)
  const { host: other } = hostAt(env, 1 - env.hostIds.indexOf(at as string))
  await other.hypervisor.commands.start({ domain: guestOf(vm) }, unasked)
  expect(await reconcile(env, 'hosts')).toMatchObject({ reported: 1, repaired: 0 })
  expect(await open()).toMatchObject([{ code: 'GUEST_TWICE', resource: vm }])
  await other.hypervisor.commands.powerOff({ vm }, unasked)
  expect(await reconcile(env, 'hosts')).toMatchObject({ reported: 0, repaired: 1 })
  expect(other.snapshot().domains).toEqual([])
  expect(await vmRow(env, vm)).toMatchObject({ state: 'running' })
})

test('[core.saga] disks of VMs that were deleted are removed, clones before what they stand on', async () => {
  const vm = await runningVm(env)
  const volume = await rowOf(env, 'volume', { vm })
  const layer = await rowOf(env, 'layer', { id: volume?.topLayer })
  await env.ok('ada', 'DELETE', `/v1/vms/${vm}`)
  const { host } = hostAt(env, env.hostIds.indexOf(volume?.host as string))
  const pool = poolOf(env)
  const entry = await rowOf(env, 'cacheEntry', { layer: layer?.parent })
  await env.ok('operator', 'DELETE', `/v1/cache-entries/${entry?.id}`)
  const [parent, child] = [layer?.parent as string, layer?.id as string]
  await host.storage.commands.create({ pool, layer: parent, sizeBytes: 2 ** 20 }, unasked)
  await host.storage.commands.clone({ pool, layer: child, parent, sizeBytes: 2 ** 20 }, unasked)
  expect(await reconcile(env, 'hosts')).toMatchObject({ found: 2, repaired: 2, failed: 0 })
  expect(host.snapshot().pools.flatMap(({ layers }) => layers.map((one) => one.layer))).not.toContain(parent)
})

test('[core.saga] a disk of which nothing is known is told and left alone', async () => {
  const { host } = hostAt(env)
  const layer = randomUUID()
  await host.storage.commands.create({ pool: poolOf(env), layer, sizeBytes: 2 ** 20 }, unasked)
  expect(await reconcile(env, 'hosts')).toMatchObject({ reported: 1 })
  expect(await open()).toMatchObject([{ code: 'LAYER_UNKNOWN', resource: layer }])
  await host.storage.commands.remove({ pool: poolOf(env), layer }, unasked)
  await reconcile(env, 'hosts')
  expect(await open()).toEqual([])
})

test('[core.saga] a stopped VM whose disk is gone is failed and says so', async () => {
  const vm = await runningVm(env)
  await env.ok('ada', 'POST', `/v1/vms/${vm}/power-off`)
  const volume = await rowOf(env, 'volume', { vm })
  const { host } = hostAt(env, env.hostIds.indexOf(volume?.host as string))
  await host.storage.commands.remove({ pool: poolOf(env), layer: volume?.topLayer as string }, unasked)
  expect(await reconcile(env, 'hosts')).toMatchObject({ reported: 1 })
  expect(await open()).toMatchObject([{ code: 'DISK_MISSING', resource: volume?.id, outcome: 'Its VM is failed.' }])
  expect(await vmRow(env, vm)).toMatchObject({ state: 'failed', cause: { code: 'DISK_MISSING' } })
})

test('[core.saga] a cached image that is gone is brought again by the next VM', async () => {
  await env.ok('ada', 'DELETE', `/v1/vms/${await runningVm(env)}`)
  const entries = await env.controlPlane().store.all<{ id: string; host: string; layer: string }>('cacheEntry', {})
  for (const { host, layer } of entries)
    await hostAt(env, env.hostIds.indexOf(host)).host.storage.commands.remove({ pool: poolOf(env), layer }, unasked)
  expect(await reconcile(env, 'hosts')).toMatchObject({ repaired: entries.length })
  expect(await runningVm(env)).toBeTruthy()
  expect(await open()).toEqual([])
})

test('[core.saga] what a task works on is skipped, and looked at again when the task is over', async () => {
  const vm = await runningVm(env)
  const { host: at } = await vmRow(env, vm)
  const { host } = hostAt(env, env.hostIds.indexOf(at as string))
  const { host: other } = hostAt(env, 1 - env.hostIds.indexOf(at as string))
  await other.hypervisor.commands.start({ domain: guestOf(vm) }, unasked)
  await other.hypervisor.commands.powerOff({ vm }, unasked)
  const hung = host.faults.hangNext('hypervisor.reboot')
  const { body: task } = await env.call('ada', 'POST', `/v1/vms/${vm}/reboot`)
  await hung.reached
  // While it reboots it is not settled; the definition elsewhere is its own business as long as that lasts.
  expect(await reconcile(env, 'hosts')).toMatchObject({ repaired: 0, failed: 0 })
  expect(other.snapshot().domains).toHaveLength(1)
  hung.release()
  await until('the reboot ends', async () => (await env.call('ada', 'GET', `/v1/tasks/${task.id}`)).body.finishedAt)
  expect(await reconcile(env, 'hosts')).toMatchObject({ repaired: 1 })
  expect(other.snapshot().domains).toEqual([])
})

test('[core.saga] a VM that is being made is not taken for something left over, at whatever call of its host', async () => {
  for (const call of ['storage.clone', 'hypervisor.start'] as const) {
    const hangs = env.hosts.map((host) => ({ host, ...host.faults.hangNext(call) }))
    const { zone, offering, image, network } = env.furniture
    const { body: task } = await env.call('ada', 'POST', '/v1/vms', {
      name: call,
      zone,
      offering,
      image,
      networks: [{ network }],
    })
    await Promise.race(hangs.map(({ reached }) => reached))
    for (const name of ['hosts', 'network', 'capacity', 'tasks'])
      expect(await reconcile(env, name), name).toMatchObject({ found: 0, repaired: 0, reported: 0, failed: 0 })
    for (const { release } of hangs) release()
    const ended = await until('it is made', async () => {
      const { body } = await env.call('ada', 'GET', `/v1/tasks/${task.id}`)
      return body.finishedAt ? body : null
    })
    expect(ended).toMatchObject({ state: 'succeeded' })
  }
  expect(await reconcile(env, 'hosts')).toMatchObject({ found: 0 })
})

test('[core.isolation] a host that is away does not keep the others from being looked at', async () => {
  const { host } = hostAt(env)
  const { host: other } = hostAt(env, 1)
  const vm = await runningVm(env)
  await env.ok('ada', 'DELETE', `/v1/vms/${vm}`)
  host.faults.failNext('hypervisor.observe')
  await other.hypervisor.commands.start({ domain: guestOf(vm) }, unasked)
  expect(await reconcile(env, 'hosts')).toMatchObject({ looked: 1, unseen: 1, repaired: 1 })
})
