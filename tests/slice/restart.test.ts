/** A control plane that comes back before its hosts do: what was under way waits for them. */
import { type CloudEnvironment, cloud, until } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

let env: CloudEnvironment
beforeAll(async () => {
  env = await cloud({ hosts: 1, hostGraceMs: 20_000 })
})
afterAll(() => env.close())

/** Undefined while there is no control plane to ask. */
const epochOf = async (task: unknown): Promise<number | undefined> => {
  const { database } = env.controlPlane().store
  const rows = await database.query<{ epoch: number }>('select epoch from task where id = $1', [task]).catch(() => [])
  return rows[0]?.epoch
}

test('[core.saga] [core.stateless] [vm.lifecycle] a delete that a restart interrupts is finished when its host comes back', async () => {
  const [host] = env.hosts
  if (!host) throw new Error('the cloud has no host')
  const vm = (await env.createVm({ name: 'short-lived' })).body.resource
  const hung = host.faults.hangNext('storage.remove')
  const { body: task } = await env.call('ada', 'DELETE', `/v1/vms/${vm}`)
  await hung.reached
  const before = await epochOf(task.id)
  host.faults.disconnect()
  const restarted = env.restart()
  await until('the task goes on', async () => ((await epochOf(task.id)) ?? before) !== before)
  await until('the control plane serves', () =>
    env.call('ada', 'GET', `/v1/tasks/${task.id}`).then(
      ({ status }) => status === 200,
      () => false,
    ),
  )
  host.faults.reconnect()
  await restarted
  const ended = await until('the task ends', async () => {
    const { body } = await env.call('ada', 'GET', `/v1/tasks/${task.id}`)
    return body.finishedAt ? body : null
  })
  expect(ended).toMatchObject({ state: 'succeeded', cause: null })
  expect(await env.leftovers()).toEqual([])
})
