import { type CloudEnvironment, cloud } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

let env: CloudEnvironment
beforeAll(async () => {
  env = await cloud({ hosts: 1 })
})
afterAll(() => env.close())

const add = (options: Record<string, unknown> = {}, who: 'ada' | 'bob' = 'ada') =>
  env.call(
    who,
    'POST',
    '/v1/networks',
    { name: 'net', zone: env.furniture.zone, cidr: '10.5.0.0/24', ...options },
    { prefer: 'wait=30' },
  )

test('[l3.network] a network has a switch as it was asked for, and none when it is gone', async () => {
  const { body } = await add({
    gateway: '10.5.0.254',
    ranges: [{ from: '10.5.0.10', to: '10.5.0.11' }],
    dnsServers: ['192.0.2.1'],
    mtu: 1300,
  })
  expect(body).toMatchObject({ state: 'succeeded' })
  const spec = env.network.snapshot().networks.find(({ network }) => network === body.resource)
  expect(spec).toMatchObject({ cidr: '10.5.0.0/24', gateway: '10.5.0.254', dnsServers: ['192.0.2.1'], mtu: 1300 })
  expect((await env.call('ada', 'GET', `/v1/networks/${body.resource}`)).body).not.toHaveProperty('tunnelKey')
  const networks = [{ network: body.resource }]
  const vms = [await env.createVm({ networks }), await env.createVm({ networks }), await env.createVm({ networks })]
  expect(vms.map((vm) => (vm.body.cause as { code: string } | null)?.code)).toEqual([
    undefined,
    undefined,
    'NO_FREE_ADDRESS',
  ])
  for (const vm of vms) await env.ok('ada', 'DELETE', `/v1/vms/${vm.body.resource}`)
  await env.ok('ada', 'DELETE', `/v1/networks/${body.resource}`)
  expect(env.network.snapshot().networks.map(({ network }) => network)).not.toContain(body.resource)
})

test.each([
  ['host bits', { cidr: '10.5.0.1/24' }, 'cidr'],
  ['a prefix too long', { cidr: '10.5.0.0/31' }, 'cidr'],
  ['IPv6', { cidr: 'fd00::/64' }, 'cidr'],
  ['a gateway outside', { gateway: '10.6.0.1' }, 'gateway'],
  ['the broadcast address as gateway', { gateway: '10.5.0.255' }, 'gateway'],
  ['a range outside', { ranges: [{ from: '10.5.0.2', to: '10.5.1.2' }] }, 'ranges.0'],
  [
    'overlapping ranges',
    {
      ranges: [
        { from: '10.5.0.2', to: '10.5.0.9' },
        { from: '10.5.0.9', to: '10.5.0.10' },
      ],
    },
    'ranges.1',
  ],
  ['four name servers', { dnsServers: ['1.1.1.1', '1.1.1.2', '1.1.1.3', '1.1.1.4'] }, 'dnsServers'],
  ['an MTU too small', { mtu: 100 }, 'mtu'],
])('[l3.network] %s is refused with the field', async (_, options, field) => {
  const before = await env.snapshot()
  expect((await add(options)).body).toMatchObject({
    code: 'INVALID_INPUT',
    errors: [{ field, remedy: expect.any(String) }],
  })
  expect(await env.snapshot()).toEqual(before)
})

test('[l3.network] networks of different tenants may have the same subnet; many at once get keys of their own', async () => {
  const made = await Promise.all(Array.from({ length: 20 }, (_, index) => add({}, index % 2 ? 'ada' : 'bob')))
  expect(made.map(({ body }) => body.state)).toEqual(made.map(() => 'succeeded'))
  const keys = env.network.snapshot().networks.map(({ tunnelKey }) => tunnelKey)
  expect(new Set(keys).size).toBe(keys.length)
})

test('[l3.network] a fabric with few keys gives out all of them, then says so', async () => {
  const zone = (await env.ok('operator', 'POST', '/v1/zones', { name: 'narrow' })).id
  const fabric = { name: 'narrow', zone, driver: 'simulated' }
  const wrong = await env.call('operator', 'POST', '/v1/fabrics', { ...fabric, firstTunnelKey: 9, lastTunnelKey: 8 })
  expect(wrong.body).toMatchObject({ code: 'INVALID_INPUT', errors: [{ field: 'lastTunnelKey' }] })
  await env.ok('operator', 'POST', '/v1/fabrics', { ...fabric, firstTunnelKey: 9_000_001, lastTunnelKey: 9_000_008 })
  const made = await Promise.all(Array.from({ length: 8 }, () => add({ zone })))
  expect(made.map(({ body }) => body.state)).toEqual(made.map(() => 'succeeded'))
  expect((await add({ zone })).body).toMatchObject({ status: 409, code: 'NO_TUNNEL_KEY' })
})

test('[l3.network] a backend that is away fails the network with the reason; it can be deleted when it is back', async () => {
  env.network.faults.setAvailable(false)
  const { body } = await add()
  expect(body).toMatchObject({ state: 'failed', cause: { code: 'NETWORK_BACKEND_UNAVAILABLE' } })
  env.network.faults.setAvailable(true)
  await env.ok('ada', 'DELETE', `/v1/networks/${body.resource}`)
  expect(await env.leftovers()).toEqual([])
})

test('[l3.network] a network that a VM comes to use while it is deleted is kept, or the VM is refused', async () => {
  for (let round = 0; round < 10; round++) {
    const network = (await add()).body.resource
    const [vm, gone] = await Promise.all([
      env.createVm({ networks: [{ network }] }),
      env.call('ada', 'DELETE', `/v1/networks/${network}`, undefined, { prefer: 'wait=30' }),
    ])
    const rows = (await env.call('ada', 'GET', `/v1/nics?network=${network}`)).body.items as unknown[]
    if (gone.body.state === 'succeeded') expect(rows).toEqual([])
    else expect(gone.body.code).toBe('IN_USE')
    if (vm.body.resource) await env.ok('ada', 'DELETE', `/v1/vms/${vm.body.resource}`)
    if (gone.body.state !== 'succeeded') await env.ok('ada', 'DELETE', `/v1/networks/${network}`)
    expect(await env.leftovers()).toEqual([])
  }
})
