import { type CloudEnvironment, cloud, until } from '@basalt/testkit'
import { afterEach, expect, test } from 'vitest'

let env: CloudEnvironment
afterEach(() => env.close())

type Row = Record<string, unknown> & { id: string }
const list = async (path: string) => (await env.call('operator', 'GET', path)).body.items as Row[]
const addPool = (options: Record<string, unknown> = {}) => {
  const { zone, cluster, storageClass } = env.furniture
  const body = {
    name: 'pool2',
    zone,
    cluster,
    class: storageClass,
    type: 'local',
    path: '/var/lib/basalt/pool2',
    ...options,
  }
  return env.call('operator', 'POST', '/v1/storage-pools', body, { prefer: 'wait=30' })
}
const reconnect = async (index: number) => {
  const id = env.hostIds[index]
  const state = async () => (await env.call('operator', 'GET', `/v1/hosts/${id}`)).body.state
  env.hosts[index]?.faults.disconnect()
  await until('the host is down', async () => ((await state()) === 'down' ? true : null))
  env.hosts[index]?.faults.reconnect()
  await until('the host is up', async () => ((await state()) === 'up' ? true : null))
}

test('[ps.local] pools come and go with their mounts and cached images; VMs use all pools and keep them', async () => {
  env = await cloud({ hosts: 2 })
  const { body } = await addPool()
  expect(body).toMatchObject({ state: 'succeeded' })
  const pool = body.resource as string
  expect(await list(`/v1/pool-mounts?pool=${pool}`)).toMatchObject([{ state: 'usable' }, { state: 'usable' }])
  expect((await addPool()).body).toMatchObject({ status: 409, code: 'ALREADY_EXISTS' })
  const vms = await Promise.all(Array.from({ length: 8 }, () => env.createVm()))
  expect(vms.map((vm) => vm.body.state)).toEqual(vms.map(() => 'succeeded'))
  const volumes = await list('/v1/volumes')
  expect(new Set(volumes.map((volume) => volume.pool)).size).toBe(2)
  const refused = await env.call('operator', 'DELETE', `/v1/storage-pools/${pool}`)
  expect(refused.body).toMatchObject({ code: 'IN_USE', detail: expect.stringMatching(/\d volumes? \("vm1 root"/) })
  for (const [what, path] of [
    ['storage class', `/v1/storage-classes/${env.furniture.storageClass}`],
    ['zone', `/v1/zones/${env.furniture.zone}`],
  ])
    expect((await env.call('operator', 'DELETE', path ?? '')).body).toMatchObject({
      code: 'IN_USE',
      detail: expect.stringMatching(new RegExp(`The ${what} .* is used by .*2 storage pools \\("pool1", "pool2"\\)`)),
    })
  await Promise.all(vms.map((vm) => env.ok('ada', 'DELETE', `/v1/vms/${vm.body.resource}`)))
  await env.ok('operator', 'DELETE', `/v1/storage-pools/${pool}`)
  for (const path of ['pool-mounts', 'cache-entries', 'layers'])
    expect(await list(`/v1/${path}?pool=${pool}`)).toEqual([])
  expect(await env.leftovers()).toEqual([])
})

test('[ps.local] a pool that a host cannot use is refused with the reason; one that breaks later is explained', async () => {
  env = await cloud({ hosts: 2 })
  env.hosts[1]?.faults.unmountPool('/var/lib/basalt/pool2')
  const { body } = await addPool()
  expect(body).toMatchObject({
    state: 'failed',
    cause: { code: 'POOL_NOT_MOUNTED', message: expect.stringContaining('host2') },
  })
  expect(await list(`/v1/pool-mounts?pool=${body.resource}`)).toEqual([])
  await env.ok('operator', 'DELETE', `/v1/storage-pools/${body.resource}`)
  for (const [index, host] of env.hosts.entries()) {
    host.faults.unmountPool('/var/lib/basalt/pool1')
    await reconnect(index)
  }
  await until('the mounts tell', async () =>
    (await list('/v1/pool-mounts')).every((mount) => mount.state === 'unusable') ? true : null,
  )
  expect((await list('/v1/pool-mounts'))[0]).toMatchObject({ cause: { code: 'POOL_NOT_MOUNTED' } })
  expect((await env.createVm()).body).toMatchObject({
    cause: { code: 'NO_HOST_FITS', message: expect.stringContaining('2 cannot use their pool at the moment') },
  })
  env.hosts[0]?.faults.mountPool('/var/lib/basalt/pool1')
  await reconnect(0)
  await until('a mount is usable', async () =>
    (await list('/v1/pool-mounts?state=usable')).length === 1 ? true : null,
  )
  expect((await env.createVm()).body).toMatchObject({ state: 'succeeded' })
})

test.each(['local', 'smp'] as const)(
  '[ps.%s] a pool that is full while a disk is cloned leaves nothing and says so',
  async (pool) => {
    env = await cloud({ hosts: 1, pool })
    await env.ok('ada', 'DELETE', `/v1/vms/${(await env.createVm()).body.resource}`)
    env.hosts[0]?.faults.fillPool(env.furniture.pool)
    const { body } = await env.createVm()
    expect(body).toMatchObject({ state: 'failed', cause: { code: 'NO_SPACE' } })
    expect(await list(`/v1/volumes?vm=${body.resource}`)).toEqual([])
    expect(await env.leftovers()).toEqual([])
    const known = await until('placement knows', async () => {
      const again = await env.createVm()
      return (again.body.cause as { code: string }).code === 'NO_HOST_FITS' ? again : null
    })
    expect(known.body.cause).toMatchObject({ message: expect.stringContaining('have no pool with enough space') })
    env.hosts[0]?.faults.freePool(env.furniture.pool)
    await reconnect(0)
    await until('there is room', async () => ((await list('/v1/pool-mounts'))[0]?.availableBytes === 0 ? null : true))
    expect((await env.createVm()).body).toMatchObject({ state: 'succeeded' })
  },
)

test('[ps.smp] one cached image serves all hosts; a host that goes takes its mounts along', async () => {
  env = await cloud({ hosts: 2, pool: 'smp' })
  const vms = await Promise.all(Array.from({ length: 4 }, () => env.createVm()))
  expect(vms.map((vm) => vm.body.state)).toEqual(vms.map(() => 'succeeded'))
  expect(await list('/v1/cache-entries')).toMatchObject([{ state: 'ready', host: null }])
  await Promise.all(vms.map((vm) => env.ok('ada', 'DELETE', `/v1/vms/${vm.body.resource}`)))
  const id = env.hostIds[1]
  env.hosts[1]?.faults.disconnect()
  await until('it is down', async () =>
    (await env.call('operator', 'GET', `/v1/hosts/${id}`)).body.state === 'down' ? true : null,
  )
  await env.ok('operator', 'DELETE', `/v1/hosts/${id}`)
  expect((await list('/v1/pool-mounts')).map((mount) => mount.host)).toEqual([env.hostIds[0]])
  const [cached] = await list('/v1/cache-entries')
  await env.ok('operator', 'DELETE', `/v1/cache-entries/${cached?.id}`)
  expect(await list('/v1/layers')).toEqual([])
  expect(env.hosts[0]?.snapshot().pools.flatMap(({ layers }) => layers)).toEqual([])
})

test('[ps.local] a host that has only cached images can be removed, and they with it', async () => {
  env = await cloud({ hosts: 1, hostGraceMs: 1_000 })
  await env.ok('ada', 'DELETE', `/v1/vms/${(await env.createVm()).body.resource}`)
  expect(await list('/v1/cache-entries')).toHaveLength(1)
  env.hosts[0]?.faults.disconnect()
  const path = `/v1/hosts/${env.hostIds[0]}`
  await until('it is down', async () => ((await env.call('operator', 'GET', path)).body.state === 'down' ? true : null))
  await env.ok('operator', 'DELETE', path)
  for (const kind of ['cache-entries', 'layers', 'pool-mounts']) expect(await list(`/v1/${kind}`)).toEqual([])
})
