import { type CloudEnvironment, cloud, until } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

const GIB = 2 ** 30
let env: CloudEnvironment
let bobsNetwork: string
let otherZone: { zone: string; network: string; storageClass: string }

const make = async (path: string, body: object, who: 'operator' | 'ada' | 'bob' = 'operator'): Promise<string> => {
  const made = await env.ok(who, 'POST', path, body)
  return (made.resource as string | undefined) ?? made.id
}

beforeAll(async () => {
  env = await cloud({ hosts: 2 })
  const { zone } = env.furniture
  bobsNetwork = await make('/v1/networks', { name: 'bobs', zone, cidr: '10.0.0.0/24' }, 'bob')
  const second = await make('/v1/zones', { name: 'zone2' })
  await make('/v1/fabrics', { name: 'fabric2', zone: second, driver: 'simulated', firstTunnelKey: 100_000 })
  otherZone = {
    zone: second,
    network: await make('/v1/networks', { name: 'far', zone: second, cidr: '10.0.0.0/24' }, 'ada'),
    storageClass: await make('/v1/storage-classes', { name: 'far', zone: second }),
  }
})
afterAll(() => env.close())

interface Case {
  title: string
  body: () => Record<string, unknown>
  field: string
}

const on = (networks: unknown) => () => ({ networks })
const address = (...addresses: (string | undefined)[]) => ({
  networks: addresses.map((one) => ({ network: env.furniture.network, ...(one ? { address: one } : {}) })),
})
const unknown = '00000000-0000-4000-8000-00000000dead'

const cases: Case[] = [
  { title: 'an unknown field', body: () => ({ colour: 'red' }), field: 'colour' },
  { title: 'a number as name', body: () => ({ name: 7 }), field: 'name' },
  { title: 'an empty name', body: () => ({ name: '' }), field: 'name' },
  { title: 'a name over 63 characters', body: () => ({ name: 'x'.repeat(64) }), field: 'name' },
  { title: 'a name with a line break', body: () => ({ name: 'a\nb' }), field: 'name' },
  { title: 'a host name that is none', body: () => ({ hostname: '-web-' }), field: 'hostname' },
  { title: 'no zone', body: () => ({ zone: undefined }), field: 'zone' },
  { title: 'an offering that does not exist', body: () => ({ offering: unknown }), field: 'offering' },
  { title: 'the id of another kind', body: () => ({ offering: env.furniture.image }), field: 'offering' },
  { title: 'an id that is none', body: () => ({ image: 'tiny' }), field: 'image' },
  { title: 'no networks', body: on([]), field: 'networks' },
  { title: 'networks missing', body: on(undefined), field: 'networks' },
  { title: 'a network that is no object', body: on(['net1']), field: 'networks.0' },
  {
    title: 'an unknown member of a network',
    body: () => ({ networks: [{ network: env.furniture.network, ip: '1.2.3.4' }] }),
    field: 'networks.0.ip',
  },
  { title: 'too many networks', body: () => address(...Array<undefined>(9).fill(undefined)), field: 'networks' },
  { title: 'a network of bob', body: () => ({ networks: [{ network: bobsNetwork }] }), field: 'networks.0.network' },
  {
    title: 'a network of another zone',
    body: () => ({ networks: [{ network: otherZone.network }] }),
    field: 'networks.0.network',
  },
  {
    title: 'a storage class of another zone',
    body: () => ({ storageClass: otherZone.storageClass }),
    field: 'storageClass',
  },
  { title: 'an address outside the subnet', body: () => address('10.0.1.5'), field: 'networks.0.address' },
  { title: 'the gateway as address', body: () => address('10.0.0.1'), field: 'networks.0.address' },
  { title: 'the broadcast address', body: () => address('10.0.0.255'), field: 'networks.0.address' },
  { title: 'an address that is none', body: () => address('10.0.0.256'), field: 'networks.0.address' },
  { title: 'an address twice', body: () => address('10.0.0.9', '10.0.0.9'), field: 'networks.1.address' },
  { title: 'a root disk smaller than the image', body: () => ({ rootSizeBytes: 1024 }), field: 'rootSizeBytes' },
  { title: 'a root disk over the limit', body: () => ({ rootSizeBytes: 65 * 2 ** 40 }), field: 'rootSizeBytes' },
  { title: 'half a byte', body: () => ({ rootSizeBytes: GIB + 0.5 }), field: 'rootSizeBytes' },
  { title: 'a size as text', body: () => ({ rootSizeBytes: '10' }), field: 'rootSizeBytes' },
  { title: 'user data over 64 KiB', body: () => ({ userData: 'x'.repeat(65_537) }), field: 'userData' },
  { title: 'user data over 64 KiB in bytes only', body: () => ({ userData: 'ü'.repeat(40_000) }), field: 'userData' },
]

test.each(cases)('[vm.create] $title is refused with the field and a remedy', async ({ body: options, field }) => {
  const before = await env.snapshot()
  const { status, body } = await env.createVm(options())
  expect([status, body.code]).toEqual([400, 'INVALID_INPUT'])
  const errors = body.errors as { field: string; message: string; remedy: string }[]
  expect(errors).toEqual([{ field, message: expect.stringMatching(/\w/), remedy: expect.stringMatching(/\w/) }])
  expect(await env.snapshot()).toEqual(before)
})

test('[vm.create] an image that is not ready, deleted or of somebody else is refused', async () => {
  const created = await env.call('ada', 'POST', '/v1/images', { name: 'coming' })
  const coming = created.body.resource as string
  const early = await env.createVm({ image: coming })
  expect(early.body.errors).toMatchObject([{ field: 'image', message: expect.stringContaining('creating') }])
  expect((await env.call('ada', 'POST', `/v1/tasks/${created.body.id}/cancel`)).status).toBe(200)
  const bobs = (await env.addImage('bob', { name: 'private' })).body.resource as string
  expect((await env.createVm({ image: bobs })).body.errors).toMatchObject([{ field: 'image' }])
  await env.ok('bob', 'DELETE', `/v1/images/${bobs}`)
  expect((await env.createVm({ image: bobs })).body.errors).toMatchObject([{ field: 'image' }])
})

test('[vm.create] [l3.ip] a taken address is refused, a chosen one is given', async () => {
  const networks = [{ network: env.furniture.network, address: '10.0.0.77' }]
  const { body } = await env.createVm({ networks })
  expect(body.state).toBe('succeeded')
  expect((await env.call('ada', 'GET', `/v1/vms/${body.resource}`)).body.addresses).toEqual(['10.0.0.77'])
  const again = await env.createVm({ networks })
  expect(again.body.errors).toMatchObject([{ field: 'networks.0.address', message: 'is taken' }])
  await env.ok('ada', 'DELETE', `/v1/vms/${body.resource}`)
})

test('[vm.create] several networks, root size, host name and user data arrive at the host', async () => {
  const { zone, network } = env.furniture
  const second = await make('/v1/networks', { name: 'net2', zone, cidr: '10.7.0.0/16', mtu: 1300 }, 'ada')
  const { body } = await env.createVm({
    name: 'Ünïcode Náme',
    networks: [{ network }, { network: second, address: '10.7.7.7' }],
    rootSizeBytes: 5 * GIB,
    userData: '#cloud-config\n',
  })
  expect(body.state).toBe('succeeded')
  const domain = env.hosts.flatMap((host) => host.snapshot().domains).find(({ vm }) => vm === body.resource)
  expect(domain?.spec).toMatchObject({
    title: 'Ünïcode Náme',
    hostname: 'u-ni-code-na-me',
    userData: '#cloud-config\n',
    nics: [{ mtu: 1400 }, { mtu: 1300 }],
  })
  const { body: volumes } = await env.call('ada', 'GET', `/v1/volumes?vm=${body.resource}`)
  expect(volumes.items).toMatchObject([{ sizeBytes: 5 * GIB, state: 'inUse' }])
  await env.ok('ada', 'DELETE', `/v1/vms/${body.resource}`)
  await env.ok('ada', 'DELETE', `/v1/networks/${second}`)
  expect(await env.leftovers()).toEqual([])
})

test('[vm.create] [img.cache] fifty VMs at once from one cold image download it once a pool, and spread', async () => {
  const image = (await env.addImage('ada', { name: 'cold' })).body.resource as string
  const made = await Promise.all(Array.from({ length: 50 }, (_, index) => env.createVm({ name: `vm${index}`, image })))
  expect(made.map(({ body }) => [body.state, body.cause])).toEqual(made.map(() => ['succeeded', null]))
  const { body: fills } = await env.call('operator', 'GET', '/v1/tasks?action=cacheEntry.fill')
  const entries = (await env.call('operator', 'GET', `/v1/cache-entries?image=${image}`)).body.items as { id: string }[]
  const fillsOfImage = (fills.items as { resource: string }[]).filter(({ resource }) =>
    entries.some(({ id }) => id === resource),
  )
  expect([entries.length, fillsOfImage.length]).toEqual([2, 2])
  const vms = (await env.call('ada', 'GET', '/v1/vms?limit=1000')).body.items as { id: string; addresses: string[] }[]
  expect(new Set(vms.flatMap(({ addresses }) => addresses)).size).toBe(50)
  expect(env.hosts.map((host) => host.snapshot().domains.length)).toEqual([25, 25])
  expect(await env.leftovers()).toEqual([])
  await Promise.all(vms.map(({ id }) => env.ok('ada', 'DELETE', `/v1/vms/${id}`)))
  expect(env.hosts.map((host) => host.snapshot().domains.length)).toEqual([0, 0])
  expect(await env.leftovers()).toEqual([])
})

test('[vm.create] [l3.ip] a small network is given out address by address, then says that it is full', async () => {
  const network = await make('/v1/networks', { name: 'small', zone: env.furniture.zone, cidr: '10.8.0.0/28' }, 'ada')
  const made = await Promise.all(Array.from({ length: 16 }, () => env.createVm({ networks: [{ network }] })))
  const succeeded = made.filter(({ body }) => body.state === 'succeeded')
  expect(succeeded.length).toBe(13)
  const failed = made.filter(({ body }) => body.state !== 'succeeded')
  for (const { body } of failed)
    expect(body).toMatchObject({ cause: { code: 'NO_FREE_ADDRESS', remedy: expect.any(String) } })
  const nics = (await env.call('ada', 'GET', `/v1/nics?network=${network}`)).body.items as { address: string }[]
  expect(new Set(nics.map((nic) => nic.address)).size).toBe(13)
  expect(nics.map((nic) => nic.address)).not.toContain('10.8.0.1')
  expect((await env.call('ada', 'DELETE', `/v1/networks/${network}`)).body).toMatchObject({
    code: 'IN_USE',
    detail: expect.stringContaining('13 nics'),
  })
  await Promise.all(made.map(({ body }) => env.ok('ada', 'DELETE', `/v1/vms/${body.resource}`)))
  await env.ok('ada', 'DELETE', `/v1/networks/${network}`)
  expect(await env.leftovers()).toEqual([])
})

test('[vm.create] [l3.ip] of a full network each address is given again as soon as it is given back', async () => {
  const network = await make('/v1/networks', { name: 'full', zone: env.furniture.zone, cidr: '10.8.1.0/26' }, 'ada')
  const made = await Promise.all(Array.from({ length: 61 }, () => env.createVm({ networks: [{ network }] })))
  expect(made.map(({ body }) => [body.state, body.cause])).toEqual(made.map(() => ['succeeded', null]))
  const [first, second, ...others] = made.map(({ body }) => body.resource as string)
  const freed = (await env.call('ada', 'GET', `/v1/vms/${first}`)).body.addresses as string[]
  await Promise.all([first, second].map((vm) => env.ok('ada', 'DELETE', `/v1/vms/${vm}`)))
  const again = await Promise.all([
    env.createVm({ networks: [{ network, address: freed[0] }] }),
    env.createVm({ networks: [{ network }] }),
    env.createVm({ networks: [{ network }] }),
  ])
  const codes = again.map(({ body }) => (body.cause as { code: string } | null)?.code ?? body.state)
  // Whoever comes last is refused, and who asked for the address may find that another was given it.
  expect(codes.filter((code) => code === 'succeeded').length).toBe(2)
  expect(codes.every((code) => ['succeeded', 'NO_FREE_ADDRESS', 'ADDRESS_TAKEN'].includes(code as string))).toBe(true)
  const vms = [...others, ...again.map(({ body }) => body.resource as string)]
  await Promise.all(vms.map((vm) => env.ok('ada', 'DELETE', `/v1/vms/${vm}`)))
  await env.ok('ada', 'DELETE', `/v1/networks/${network}`)
  expect(await env.leftovers()).toEqual([])
})

test('[vm.create] capacity is never overshot by forty creates at once; the refusal explains itself', async () => {
  const offering = await make('/v1/offerings', { name: 'large', vcpus: 4, memoryBytes: 6 * GIB })
  const made = await Promise.all(Array.from({ length: 40 }, () => env.createVm({ offering })))
  const succeeded = made.filter(({ body }) => body.state === 'succeeded')
  // 63.5 GiB a host are given out: ten VMs of 6 GiB on each.
  expect(succeeded.length).toBe(20)
  for (const { body } of made.filter(({ body }) => body.state !== 'succeeded'))
    expect(body).toMatchObject({
      cause: { code: 'NO_HOST_FITS', message: 'No host can take the VM; of 2 hosts, 2 have too little free memory.' },
    })
  for (const host of env.hosts) expect(host.snapshot().domains.length).toBe(10)
  expect(await env.leftovers()).toEqual([])
  await Promise.all(made.map(({ body }) => env.ok('ada', 'DELETE', `/v1/vms/${body.resource}`)))
  const hosts = (await env.call('operator', 'GET', '/v1/hosts')).body.items as { memoryReservedBytes: number }[]
  expect(hosts.map(({ memoryReservedBytes }) => memoryReservedBytes)).toEqual([0, 0])
})

test('[vm.create] a refusal counts hosts by reason', async () => {
  const big = await make('/v1/offerings', { name: 'too big', vcpus: 200, memoryBytes: GIB })
  expect((await env.createVm({ offering: big })).body).toMatchObject({
    cause: { code: 'NO_HOST_FITS', message: expect.stringContaining('2 have too few free CPUs') },
  })
  const empty = await make('/v1/storage-classes', { name: 'Fast', zone: env.furniture.zone })
  expect((await env.createVm({ storageClass: empty })).body).toMatchObject({
    cause: { code: 'NO_HOST_FITS', message: expect.stringContaining('2 have no pool of the storage class') },
  })
  await env.ok('operator', 'POST', `/v1/hosts/${env.hostIds[0]}/disable`)
  expect((await env.createVm({ offering: big })).body).toMatchObject({
    cause: { message: 'No host can take the VM; of 2 hosts, 1 are disabled, 1 have too few free CPUs.' },
  })
  await env.ok('operator', 'POST', `/v1/hosts/${env.hostIds[0]}/enable`)
})

test('[core.async] cancelling a running create undoes it', async () => {
  const hung = env.hosts.map((host) => host.faults.hangNext('start'))
  const { body: task } = await env.call('ada', 'POST', '/v1/vms', {
    name: 'cancelled',
    zone: env.furniture.zone,
    offering: env.furniture.offering,
    image: env.furniture.image,
    networks: [{ network: env.furniture.network }],
  })
  expect(task).toMatchObject({ state: 'running', action: 'vm.create' })
  await Promise.race(hung.map(({ reached }) => reached))
  expect((await env.call('bob', 'POST', `/v1/tasks/${task.id}/cancel`)).status).toBe(404)
  expect((await env.call('ada', 'POST', `/v1/tasks/${task.id}/cancel`)).status).toBe(200)
  const ended = await until('the task ends', async () => {
    const { body } = await env.call('ada', 'GET', `/v1/tasks/${task.id}`)
    return body.finishedAt ? body : null
  })
  expect(ended).toMatchObject({ state: 'cancelled' })
  const vm = (await env.call('ada', 'GET', `/v1/vms/${task.resource}`)).body
  expect(vm).toMatchObject({ state: 'failed', addresses: [], cause: { code: 'RUN_CANCELLED' } })
  expect((await env.call('ada', 'POST', `/v1/tasks/${task.id}/cancel`)).body.code).toBe('WRONG_STATE')
  for (const host of env.hosts) host.faults.clear()
  expect(await env.leftovers()).toEqual([])
  await env.ok('ada', 'DELETE', `/v1/vms/${task.resource}`)
})
