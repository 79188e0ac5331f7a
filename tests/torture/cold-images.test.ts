/** VMs of an image that is not on the pool yet: two tasks, of which one waits for the other. */
import { type CloudEnvironment, cloud, until } from '@basalt/testkit'
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest'

let env: CloudEnvironment
let host: CloudEnvironment['hosts'][number]
beforeAll(async () => {
  env = await cloud({ hosts: 1 })
  const [first] = env.hosts
  if (!first) throw new Error('the cloud has no host')
  host = first
})
afterAll(() => env.close())
afterEach(async () => {
  for (const { id } of await env.items('ada', '/v1/vms')) await env.ok('ada', 'DELETE', `/v1/vms/${id}`)
  for (const { id } of await entries()) await env.ok('operator', 'DELETE', `/v1/cache-entries/${id}`)
  expect(await env.leftovers()).toEqual([])
  expect(host.snapshot().pools).toMatchObject([{ layers: [], partial: [] }])
})

const entries = () => env.items('operator', '/v1/cache-entries')
const ended = (task: unknown): Promise<Record<string, unknown>> =>
  until('the task ends', async () => {
    const { body } = await env.call('ada', 'GET', `/v1/tasks/${task}`)
    return body.finishedAt ? body : null
  })

/** Tasks that create VMs, and the fetch for which all of them wait. */
async function createCold(count: number) {
  const hung = host.faults.hangNext('storage.fetch')
  const { zone, offering, image, network } = env.furniture
  const tasks: unknown[] = []
  for (let index = 0; index < count; index++) {
    const body = { name: `cold ${index}`, zone, offering, image, networks: [{ network }] }
    tasks.push((await env.call('ada', 'POST', '/v1/vms', body)).body.id)
  }
  await hung.reached
  return { ...hung, tasks }
}

test('[core.saga] [core.stateless] [img.cache] the control plane dies while an image is fetched: both tasks go on', async () => {
  const { tasks, release } = await createCold(3)
  await env.restart()
  release()
  for (const task of tasks) expect(await ended(task)).toMatchObject({ state: 'succeeded' })
  expect(await entries()).toMatchObject([{ state: 'ready' }])
})

test('[core.saga] [img.cache] the power of the host fails while an image is fetched: it is fetched again', async () => {
  const { tasks } = await createCold(1)
  host.faults.crash()
  expect(await ended(tasks[0])).toMatchObject({ state: 'succeeded' })
})

test('[core.saga] [img.cache] an image that cannot be fetched fails the VM with the cause; the next VM fetches it anew', async () => {
  host.faults.failNext('storage.fetch', { code: 'IMAGE_UNREACHABLE', message: 'The image did not come.' })
  const { body: failed } = await env.createVm()
  expect(failed).toMatchObject({ state: 'failed', cause: { code: 'IMAGE_UNREACHABLE' } })
  expect(await entries()).toMatchObject([{ state: 'failed', cause: { code: 'IMAGE_UNREACHABLE' } }])
  expect((await env.createVm({ name: 'next' })).body).toMatchObject({ state: 'succeeded' })
  expect(await entries()).toMatchObject([{ state: 'ready', cause: null }])
})

test('[core.saga] [img.cache] a VM that is cancelled while it waits for its image lets others have it', async () => {
  const { tasks, release } = await createCold(2)
  expect(await env.call('ada', 'POST', `/v1/tasks/${tasks[0]}/cancel`)).toMatchObject({ status: 200 })
  expect(await ended(tasks[0])).toMatchObject({ state: 'cancelled' })
  release()
  expect(await ended(tasks[1])).toMatchObject({ state: 'succeeded' })
  expect(await entries()).toMatchObject([{ state: 'ready' }])
})
