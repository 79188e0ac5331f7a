/** The control plane dies again and again while many VMs come and go. */
import { type CloudEnvironment, cloud, until } from '@basalt/testkit'
import { tortureState } from '@basalt/testkit/torture'
import { afterAll, beforeAll, expect, test } from 'vitest'

const VMS = 12
const DEATHS = 3

let env: CloudEnvironment
beforeAll(async () => {
  env = await cloud({ hosts: 3, pool: 'smp', hostGraceMs: 60_000, heartbeatIntervalMs: 60_000 })
  await env.ok('ada', 'DELETE', `/v1/vms/${(await env.createVm()).body.resource}`)
})
afterAll(() => env.close())

const openTasks = async (): Promise<number> =>
  (await env.controlPlane().store.database.query('select id from task where finished_at is null')).length

/** The control plane dies whenever another share of the tasks has ended. */
async function dieMeanwhile(total: number): Promise<void> {
  for (let death = 1; death <= DEATHS; death++) {
    const left = Math.floor(total * (1 - death / (DEATHS + 1)))
    await until(`${left} tasks are left`, async () => ((await openTasks()) <= left ? true : null))
    await env.restart()
  }
  await until('all tasks have ended', async () => ((await openTasks()) === 0 ? true : null))
}

test('[core.saga] [core.stateless] every VM is created once and deleted once, however often the control plane dies', async () => {
  const before = await tortureState(env)
  const { zone, offering, image, network } = env.furniture
  const create = (index: number) =>
    env.call('ada', 'POST', '/v1/vms', { name: `vm ${index}`, zone, offering, image, networks: [{ network }] })
  await Promise.all(Array.from({ length: VMS }, (_, index) => create(index)))
  await dieMeanwhile(VMS)
  const vms = await env.items('ada', '/v1/vms')
  expect(vms.map(({ state }) => state)).toEqual(vms.map(() => 'running'))
  expect(new Set(vms.flatMap(({ addresses }) => addresses)).size).toBe(VMS)
  expect(env.hosts.flatMap((host) => host.snapshot().domains)).toHaveLength(VMS)
  expect(await env.leftovers()).toEqual([])

  await Promise.all(vms.map(({ id }) => env.call('ada', 'DELETE', `/v1/vms/${id}`)))
  await dieMeanwhile(VMS)
  expect(await env.items('ada', '/v1/vms')).toEqual([])
  expect(await tortureState(env)).toEqual(before)
  expect(await env.leftovers()).toEqual([])
})
