/** An image that is uploaded while the control plane dies. */
import { type CloudEnvironment, cloud, until } from '@basalt/testkit'
import { qcow2Fixture } from '@basalt/testkit/contracts'
import { tortureState } from '@basalt/testkit/torture'
import { afterAll, beforeAll, expect, test } from 'vitest'

let env: CloudEnvironment
beforeAll(async () => {
  env = await cloud({ hosts: 1, hostGraceMs: 60_000 })
})
afterAll(() => env.close())

test('[core.saga] [core.stateless] [img.add] the control plane dies while it waits for an upload: what then comes is taken', async () => {
  const before = await tortureState(env)
  const { body: task } = await env.call('ada', 'POST', '/v1/images', { name: 'uploaded' })
  await env.restart()
  const { status } = await env.upload('ada', task.resource, qcow2Fixture().bytes)
  expect(status).toBe(204)
  await until('the image is ready', async () => {
    const { body } = await env.call('ada', 'GET', `/v1/tasks/${task.id}`)
    return body.state === 'succeeded' ? true : null
  })
  await env.ok('ada', 'DELETE', `/v1/images/${task.resource}`)
  expect(await tortureState(env)).toEqual(before)
})
