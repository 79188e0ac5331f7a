/** When reconcilers run, and which node runs them. */
import { randomUUID } from 'node:crypto'
import { type CloudEnvironment, cloud, findings, reconcile, until } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { takeLease } from '../../../packages/kernel/src/reconcile/lease.ts'
import { guestOf, hostAt, rowOf, runningVm, unasked } from './support.ts'

let env: CloudEnvironment
let deleted: string
beforeAll(async () => {
  env = await cloud({
    hosts: 1,
    heartbeatIntervalMs: 60_000,
    engine: { graceMs: 20 },
    reconcile: { automatic: true, everyMs: 3_600_000, settleMs: 20, againMs: 50 },
  })
  deleted = await runningVm(env)
  await env.ok('ada', 'DELETE', `/v1/vms/${deleted}`)
})
afterAll(() => env.close())

const nothingThere = () => until('the guest is removed', () => hostAt(env).host.snapshot().domains.length === 0)
const plant = () => hostAt(env).host.hypervisor.commands.start({ domain: guestOf(deleted) }, unasked)

test('[core.saga] a host that connects is compared', async () => {
  const { host } = hostAt(env)
  host.faults.disconnect()
  await plant()
  host.faults.reconnect()
  await nothingThere()
  await until('it is told', async () => (await findings(env, `?resource=${deleted}`))[0]?.state === 'repaired')
})

test('[core.saga] a step whose effect came late has everything looked at', async () => {
  const { zone } = env.furniture
  // The call ignores that its task was cancelled, and goes on after the undo.
  const hung = env.network.faults.hangNext('ensureNetwork')
  const { body: task } = await env.call('ada', 'POST', '/v1/networks', { name: 'late', zone, cidr: '10.6.0.0/24' })
  await hung.reached
  await env.call('ada', 'POST', `/v1/tasks/${task.id}/cancel`)
  await until('the task ends', async () => (await env.call('ada', 'GET', `/v1/tasks/${task.id}`)).body.finishedAt)
  await env.ok('ada', 'DELETE', `/v1/networks/${task.resource}`)
  hung.release()
  await until('the switch was removed again', async () => {
    const [told] = await findings(env, `?resource=${task.resource}`)
    return told?.code === 'SWITCH_LEFT_OVER' && told.state === 'repaired'
  })
  expect(env.network.snapshot().networks.map(({ network }) => network)).not.toContain(task.resource)
})

test('[core.saga] when a task is in the way, the place is looked at again by itself', async () => {
  const vm = await runningVm(env)
  const { host } = hostAt(env)
  const { store } = env.controlPlane()
  const task = randomUUID()
  await plant()
  await store.commit([{ op: 'claim', resource: deleted, task }])
  expect(await reconcile(env, 'hosts')).toMatchObject({ skipped: 1, repaired: 0 })
  expect(host.snapshot().domains).toHaveLength(2)
  await store.commit([{ op: 'release', resource: deleted, task }])
  await until('it is removed', () => host.snapshot().domains.length === 1)
  await env.ok('ada', 'DELETE', `/v1/vms/${vm}`)
})

test('[core.stateless] of several nodes one runs a reconciler, and another takes over when it stands still', async () => {
  const { store } = env.controlPlane()
  const { id = '' } = (await rowOf(env, 'reconciler', { name: 'tasks' })) ?? {}
  const first = await takeLease(store, id, 'one')
  expect(first).not.toBeNull()
  expect(await takeLease(store, id, 'two')).toBeNull()
  const held = randomUUID()
  await store.commit([{ op: 'claim', resource: held, task: first?.run ?? '' }])
  await store.commit([{ op: 'update', kind: 'reconciler', id, set: { leaseUntil: '2000-01-01T00:00:00.000Z' } }])
  const second = await takeLease(store, id, 'two')
  expect(second).not.toBeNull()
  expect(await store.database.query('select * from claim where resource = $1', [held])).toEqual([])
  await first?.release({ message: 'too late' })
  expect(first?.signal.aborted).toBe(true)
  await second?.release({ message: 'done' })
  expect(await rowOf(env, 'reconciler', { id })).toMatchObject({ state: 'idle', node: 'two', message: 'done' })
})

test('[core.stateless] a run that died with its node holds nothing for ever', async () => {
  const { host } = hostAt(env)
  await plant()
  const hung = host.faults.hangNext('hypervisor.remove')
  const [row] = await env.items('operator', '/v1/reconcilers?name=hosts')
  void env.call('operator', 'POST', `/v1/reconcilers/${row?.id}/run`).catch(() => {})
  await hung.reached
  await env.restart()
  hung.release()
  await reconcile(env, 'hosts')
  await nothingThere()
  expect(await env.leftovers()).toEqual([])
})
