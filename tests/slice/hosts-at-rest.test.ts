/** Hosts that rest: the platform reads and writes nothing about them, and what differs behind its back is found all the same. */
import type { Operation } from '@basalt/kernel'
import { type CloudEnvironment, cloud, until } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hostAt, rowOf, runningVm, vmRow } from './reconcile/support.ts'

let env: CloudEnvironment
let vm: string
beforeAll(async () => {
  env = await cloud({ hosts: 1, heartbeatIntervalMs: 100, hostGraceMs: 20_000 })
  vm = await runningVm(env)
})
afterAll(() => env.close())

const connectedAt = (): number | undefined => env.controlPlane().hub.host(hostAt(env).id)?.connectedAt.getTime()

/** The host loses its connection for a moment. Resolves when it has told anew how it is. */
async function comeBack(): Promise<void> {
  const before = connectedAt()
  const told = new Promise((resolve) => env.controlPlane().hub.events.once('heartbeat', resolve))
  hostAt(env).host.faults.disconnect()
  await until('the host is away', () => connectedAt() === undefined)
  hostAt(env).host.faults.reconnect()
  await until('the host is back', () => ![undefined, before].includes(connectedAt()))
  await told
}

test('[host.lifecycle] a host that comes back as it was changes nothing in its row', async () => {
  const { id } = hostAt(env)
  const before = await rowOf(env, 'host', { id })
  await comeBack()
  await comeBack()
  expect(await rowOf(env, 'host', { id })).toEqual(before)
})

test('[host.lifecycle] a host that is counted as down in the moment in which it comes back is up again', async () => {
  const { id } = hostAt(env)
  const state = async () => (await rowOf(env, 'host', { id }))?.state
  await comeBack()
  await env.controlPlane().store.commit([{ op: 'update', kind: 'host', id, set: { state: 'down' }, from: ['up'] }])
  await until('it is up', async () => (await state()) === 'up')
})

test('[vm.lifecycle] a guest that ends is seen at once; a row that says what its host never told is found in the end', async () => {
  const { host, id } = hostAt(env)
  host.guests.powerOff(vm)
  await until('the VM is stopped', async () => (await vmRow(env, vm)).state === 'stopped')
  const { zone } = env.furniture
  const [vcpus, memoryBytes] = [1, 2 ** 30]
  const unit: Operation[] = [
    { op: 'update', kind: 'vm', id: vm, set: { state: 'running', host: id }, from: ['stopped'] },
    {
      op: 'insert',
      kind: 'reservation',
      row: { id: vm, name: 'r', description: '', zone, host: id, vcpus, memoryBytes },
    },
    { op: 'adjust', kind: 'host', id, add: { vcpusReserved: vcpus, memoryReservedBytes: memoryBytes } },
  ]
  await env.controlPlane().store.commit(unit)
  await until('the VM is stopped again', async () => (await vmRow(env, vm)).state === 'stopped')
  expect(await rowOf(env, 'host', { id })).toMatchObject({ vcpusReserved: 0, memoryReservedBytes: 0 })
})

test('[ps.local] what a host tells of its pools is remembered, without being asked', async () => {
  const { host, id } = hostAt(env)
  const mount = () => rowOf(env, 'poolMount', { host: id })
  const [setting] = (await env.ok('operator', 'GET', '/v1/settings?name=storage.usageSeconds')).items as {
    id: string
  }[]
  await env.ok('operator', 'POST', `/v1/settings/${setting?.id}/set`, { value: 5 })
  host.faults.fillPool(env.furniture.pool)
  await until('it is full', async () => (await mount())?.availableBytes === 0)
  host.faults.unmountPool('/var/lib/basalt/pool1')
  await until('it is unusable', async () => (await mount())?.state === 'unusable')
  expect(await mount()).toMatchObject({ cause: { code: 'POOL_NOT_MOUNTED' } })
  host.faults.mountPool('/var/lib/basalt/pool1')
  host.faults.freePool(env.furniture.pool)
  await until('it is usable', async () => (await mount())?.state === 'usable')
})
