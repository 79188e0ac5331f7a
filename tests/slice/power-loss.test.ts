/** A host loses its power, for a moment or for good, after a guest was started and before its network is up. */
import type { Faults } from '@basalt/saga'
import { type CloudEnvironment, cloud, until } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { hostAt } from './reconcile/support.ts'

let env: CloudEnvironment
/** What happens once before the step that waits. */
let strike: (() => void) | undefined
const faults: Faults = {
  skipPauses: true,
  beforeRun({ context }) {
    if (context.step !== 'awaitNetwork') return
    strike?.()
    strike = undefined
  },
}

beforeAll(async () => {
  env = await cloud({ hosts: 1, hostGraceMs: 300, heartbeatIntervalMs: 100, faults })
})
afterAll(() => env.close())

const causeOf = async (name: string, how: () => void): Promise<Record<string, unknown>> => {
  strike = how
  const { body } = await env.createVm({ name })
  expect(body.state).toBe('failed')
  return body.cause as Record<string, unknown>
}

test('[core.saga] [vm.lifecycle] the network of a guest that lost its power is not waited for, and nothing is left of it', async () => {
  const { host } = hostAt(env)
  const cause = await causeOf('moment', () => host.faults.crash())
  expect(cause).toMatchObject({ code: 'GUEST_STOPPED', message: expect.stringContaining('"host1"') })
  await until('nothing is left', async () => (await env.leftovers()).length === 0)
})

test('[core.saga] [vm.lifecycle] nor is one on a host that is down by now: the task says that the host was lost', async () => {
  const { host, id } = hostAt(env)
  const cause = await causeOf('for good', () => {
    host.faults.crash()
    host.faults.disconnect()
  })
  expect(cause).toMatchObject({
    code: 'HOST_DOWN',
    message: expect.stringContaining('"host1"'),
    remedy: expect.any(String),
  })
  expect((await env.call('operator', 'GET', `/v1/hosts/${id}`)).body.state).toBe('down')
  host.faults.reconnect()
})
