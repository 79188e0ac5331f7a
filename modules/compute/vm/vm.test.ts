import { type CloudEnvironment, cloud } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

let env: CloudEnvironment
beforeAll(async () => {
  env = await cloud({ hosts: 2 })
})
afterAll(() => env.close())

test('[vm.create] [img.cache] a VM is created with an address of its network and runs on a host', async () => {
  const { body } = await env.createVm({ name: 'web 1' })
  expect(body).toMatchObject({ state: 'succeeded', percent: 100 })
  const vm = (await env.call('ada', 'GET', `/v1/vms/${body.resource}`)).body
  expect(vm).toMatchObject({ state: 'running', hostname: 'web-1', addresses: ['10.0.0.2'], vcpus: 1 })
  expect(vm).not.toHaveProperty('host')
  const { body: nics } = await env.call('ada', 'GET', `/v1/nics?vm=${vm.id}`)
  expect(nics.items).toMatchObject([{ address: '10.0.0.2', index: 0 }])
  expect(env.hosts.flatMap((host) => host.snapshot().domains)).toMatchObject([{ vm: vm.id, state: 'running' }])
  expect(await env.leftovers()).toEqual([])
  await env.ok('ada', 'DELETE', `/v1/vms/${vm.id}`)
  expect(env.hosts.flatMap((host) => host.snapshot().domains)).toEqual([])
  expect(env.network.snapshot().ports).toEqual([])
  expect(await env.leftovers()).toEqual([])
})
