/** Settings of breakers and reconcilers that are changed while the platform runs: what follows from them. */
import { type CloudEnvironment, cloud, until } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'

/** Longer than any refusal takes: a call that fails after this time has kept its caller waiting. */
const SILENT_MS = 1_100
const UNDO_ATTEMPTS = 5

let env: CloudEnvironment
beforeAll(async () => {
  env = await cloud({
    hosts: 1,
    reconcile: { automatic: true },
    engine: { undoRetry: { attempts: UNDO_ATTEMPTS, delayMs: 1, maxDelayMs: 1 } },
  })
})
afterAll(() => env.close())

const createNetwork = async (zone: string, name: string) =>
  (await env.call('ada', 'POST', '/v1/networks', { name, zone, cidr: '10.9.0.0/24' }, { prefer: 'wait=60' })).body

/** Creates a network of a fabric that does not answer; resolves with how often it was asked. */
async function callsUntilOpen(zone: string, name: string): Promise<number> {
  const { faults } = env.network
  let calls = 0
  const stop = faults.onCall((command) => {
    if (command === 'ensureNetwork' || command === 'removeNetwork') calls++
  })
  for (const command of ['ensureNetwork', 'removeNetwork'] as const) {
    faults.delay(command, SILENT_MS)
    for (let time = 0; time <= UNDO_ATTEMPTS; time++) faults.failNext(command)
  }
  const task = await createNetwork(zone, name)
  expect(task.state).not.toBe('succeeded')
  stop()
  faults.clear()
  return calls
}

async function anotherZone(name: string): Promise<string> {
  const zone = (await env.ok('operator', 'POST', '/v1/zones', { name })).id
  await env.ok('operator', 'POST', '/v1/fabrics', { name, zone, driver: 'simulated' })
  return zone
}

test('[core.settings] [core.isolation] after how many silent calls a breaker opens, and when it asks again, counts from the change on', {
  timeout: 60_000,
}, async () => {
  await env.setSetting('breaker.probeMs', 600_000)
  await env.setSetting('breaker.after', 2)
  expect(await callsUntilOpen(env.furniture.zone, 'two')).toBe(2)
  // The fabric answers again, and is not asked: its probe is minutes away.
  expect(await createNetwork(env.furniture.zone, 'refused')).toMatchObject({
    state: 'failed',
    cause: { code: 'NETWORK_BACKEND_UNAVAILABLE', message: expect.stringContaining('several times in a row') },
  })
  await env.setSetting('breaker.probeMs', 100)
  await env.setSetting('breaker.after', 4)
  const zone = await anotherZone('zone2')
  expect(await callsUntilOpen(zone, 'four')).toBe(4)
  await until('it is asked again', async () => (await createNetwork(zone, `again-${Date.now()}`)).state === 'succeeded')
})

test('[core.settings] [core.saga] how often reconcilers look counts from the change on', {
  timeout: 120_000,
}, async () => {
  const lastRuns = async () =>
    (await env.items('operator', '/v1/reconcilers')).map(({ name, ranAt }) => [String(name), ranAt] as const)
  const runs = new Map<string, Set<unknown>>()
  await env.setSetting('reconcile.everySeconds', 10)
  // The first may be the one that every start has; by default further ones come minutes later.
  await until(
    'all have looked several times',
    async () => {
      for (const [name, ranAt] of await lastRuns()) if (ranAt) runs.set(name, (runs.get(name) ?? new Set()).add(ranAt))
      return runs.size > 2 && [...runs.values()].every(({ size }) => size >= 3)
    },
    100_000,
  )
})
