/** A fabric whose driver computes for ever, hangs and throws, in a cloud whose other services go on. */
import type { NetworkDriver } from '@basalt/contracts'
import { isolatedDriver, NETWORK_METHODS } from '@basalt/control-plane'
import { type CloudEnvironment, cloud, until } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

const MODULE = new URL('../../apps/control-plane/src/driver-thread/bad-driver.fixture.ts', import.meta.url).href

let env: CloudEnvironment

beforeAll(async () => {
  env = await cloud({
    bootMs: 5,
    engine: { undoRetry: { attempts: 1, delayMs: 1, maxDelayMs: 1 } },
    // How a fabric of OVN misbehaves is said where its address would be; its first answers are good, so that it can be added.
    networkDrivers:
      (simulated) =>
      ({ driver, northbound }) =>
        driver === 'simulated'
          ? simulated.connect()
          : isolatedDriver<NetworkDriver>({
              source: {
                module: MODULE,
                factory: 'createBadDriver',
                options: { how: northbound.replace('unix:/', ''), goodHealth: true },
              },
              title: 'a bad fabric',
              methods: { ...NETWORK_METHODS, takeLease: () => 8_000 },
              log() {},
              pingEveryMs: 100,
              missedPings: 10,
              restartAfterMs: 0,
            }),
  })
})

afterAll(() => env.close())

test.each(['busy', 'hang', 'throw'])(
  '[core.isolation] a fabric whose driver is %s fails alone: its task says why, all other services answer',
  async (how) => {
    const zone = (await env.ok('operator', 'POST', '/v1/zones', { name: `zone of ${how}` })).id
    await env.ok('operator', 'POST', '/v1/fabrics', { name: how, zone, driver: 'ovn', northbound: `unix:/${how}` })
    const made = await env.call('ada', 'POST', '/v1/networks', { name: how, zone, cidr: '10.1.0.0/24' })
    expect(made.status).toBe(202)

    const task = async () => (await env.call('ada', 'GET', `/v1/tasks/${made.body.id}`)).body
    for (const path of ['/v1/vms', '/v1/networks', '/v1/images', '/v1/kinds', '/v1/me'])
      expect((await env.call('ada', 'GET', path)).status).toBe(200)
    if (how !== 'throw') expect((await task()).finishedAt).toBeNull()
    expect((await env.createVm({ name: `beside ${how}` })).body.state).toBe('succeeded')

    const ended = await until('the task ends', async () => ((await task()).finishedAt ? task() : null), 60_000)
    expect(ended).toMatchObject({
      state: 'failed',
      cause: { code: how === 'throw' ? 'BAD_LUCK' : 'DRIVER_UNRESPONSIVE', remedy: expect.any(String) },
    })
  },
  120_000,
)
