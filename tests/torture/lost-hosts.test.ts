/** Hosts that go away while a task works on them, for a while or with all that ran on them. */
import { type CloudEnvironment, cloud, until } from '@basalt/testkit'
import { tortureState } from '@basalt/testkit/torture'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'

let env: CloudEnvironment
let host: CloudEnvironment['hosts'][number]
beforeAll(async () => {
  env = await cloud({
    hosts: 1,
    heartbeatIntervalMs: 100,
    hostGraceMs: 300,
    engine: { undoRetry: { attempts: 2, delayMs: 10, maxDelayMs: 10 } },
  })
  const [first] = env.hosts
  if (!first) throw new Error('the cloud has no host')
  host = first
  // The image comes to the pool once and stays there.
  await env.ok('ada', 'DELETE', `/v1/vms/${(await env.createVm()).body.resource}`)
})
afterAll(() => env.close())

let before: unknown
beforeEach(async () => {
  before = await tortureState(env)
})
afterEach(async () => {
  for (const { id } of await env.items('ada', '/v1/vms')) await env.ok('ada', 'DELETE', `/v1/vms/${id}`)
  expect(await tortureState(env)).toEqual(before)
  expect(await env.leftovers()).toEqual([])
})

const stateOf = async (vm: unknown): Promise<unknown> => (await env.call('ada', 'GET', `/v1/vms/${vm}`)).body.state
const becomes = (vm: unknown, state: string): Promise<unknown> =>
  until(`the VM is ${state}`, async () => ((await stateOf(vm)) === state ? true : null))
const ended = (task: unknown): Promise<Record<string, unknown>> =>
  until('the task ends', async () => {
    const { body } = await env.call('ada', 'GET', `/v1/tasks/${task}`)
    return body.finishedAt ? body : null
  })
const hostBecomes = (state: string): Promise<unknown> =>
  until(`the host is ${state}`, async () =>
    (await env.call('operator', 'GET', `/v1/hosts/${env.hostIds[0]}`)).body.state === state ? true : null,
  )

async function createSlowly(call: 'hypervisor.start' | 'storage.clone') {
  const hung = host.faults.hangNext(call)
  const { zone, offering, image, network } = env.furniture
  const body = { name: 'lost', zone, offering, image, networks: [{ network }] }
  const { body: task } = await env.call('ada', 'POST', '/v1/vms', body)
  await hung.reached
  return { ...hung, task: task.id, vm: task.resource }
}

test.each(['storage.clone', 'hypervisor.start'] as const)(
  '[core.saga] a VM whose host is lost during %s is failed when it is given up, and is deleted when the host is back',
  async (call) => {
    const { task, vm, release } = await createSlowly(call)
    host.faults.disconnect()
    await hostBecomes('down')
    expect(await env.call('ada', 'POST', `/v1/tasks/${task}/cancel`)).toMatchObject({ status: 200 })
    expect(await ended(task)).toMatchObject({ state: 'failed', cause: { code: 'RUN_CANCELLED' } })
    expect(await env.call('ada', 'GET', `/v1/vms/${vm}`)).toMatchObject({
      body: { state: 'failed', cause: { message: expect.stringMatching(/Undoing failed as well/) } },
    })
    // What still hangs there is older than the delete to come.
    host.faults.reconnect()
    await hostBecomes('up')
    await env.ok('ada', 'DELETE', `/v1/vms/${vm}`)
    release()
    expect(await tortureState(env)).toEqual(before)
  },
)

test('[core.saga] a VM cannot be deleted from a host that is away, and is once it is back', async () => {
  const { body } = await env.createVm()
  host.faults.disconnect()
  await hostBecomes('down')
  const { body: refused } = await env.call('ada', 'DELETE', `/v1/vms/${body.resource}`, undefined, {
    prefer: 'wait=20',
  })
  expect(refused).toMatchObject({ state: 'failed', cause: { code: 'HOST_DISCONNECTED' } })
  expect(await stateOf(body.resource)).toBe('failed')
  host.faults.reconnect()
  await hostBecomes('up')
  await env.ok('ada', 'DELETE', `/v1/vms/${body.resource}`)
})

test('[core.saga] a guest whose host loses power while it reboots is stopped, and starts again', async () => {
  const { body } = await env.createVm()
  const hung = host.faults.hangNext('hypervisor.reboot')
  const { body: task } = await env.call('ada', 'POST', `/v1/vms/${body.resource}/reboot`)
  await hung.reached
  host.faults.crash()
  expect(await ended(task.id)).toMatchObject({ state: 'failed', cause: { code: 'DOMAIN_NOT_RUNNING' } })
  await becomes(body.resource, 'stopped')
  expect(await env.leftovers()).toEqual([])
  await hostBecomes('up')
  await env.ok('ada', 'POST', `/v1/vms/${body.resource}/start`)
})

test('[core.saga] a guest that stopped although its stop failed is told as stopped, and its room is given back', async () => {
  const { body } = await env.createVm()
  env.network.faults.setAvailable(false)
  const { body: task } = await env.call('ada', 'POST', `/v1/vms/${body.resource}/power-off`, undefined, {
    prefer: 'wait=20',
  })
  env.network.faults.setAvailable(true)
  expect(task).toMatchObject({ state: 'failed', cause: { code: 'NETWORK_BACKEND_UNAVAILABLE' } })
  await becomes(body.resource, 'stopped')
  expect(await env.leftovers()).toEqual([])
})
