/** Hosts that are connected and do not answer, on the real wire. */
import { type CloudEnvironment, cloud, until } from '@basalt/testkit'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createAgentCalls } from './agent-calls.ts'

let env: CloudEnvironment
beforeAll(async () => {
  env = await cloud({ hosts: 1, heartbeatIntervalMs: 60_000 })
})
afterAll(() => env.close())

function callsOf({ probeEveryMs }: { probeEveryMs: number }) {
  const { hub, peers } = env.controlPlane()
  return createAgentCalls({
    hub,
    routes: peers.routes,
    checkLease() {},
    graceMs: () => 0,
    tuning: () => ({ probeEveryMs }),
  })
}

const VM = '00000000-0000-4000-8000-000000000000'

test('[core.isolation] a driver that hangs is not asked any more until it answers a probe; the host’s other drivers are', async () => {
  const [host] = env.hosts
  const [id = ''] = env.hostIds
  const calls = callsOf({ probeEveryMs: 20 })
  const ask = (command: string, params: unknown, timeoutMs: number) => calls.call(id, command, params, { timeoutMs })
  const usage = { pool: { pool: env.furniture.pool, kind: 'local', path: '/var/lib/basalt/pool1' } }
  const hung = [1, 2, 3, 4].map(() => host?.faults.hangNext('hypervisor.observe'))
  for (let time = 0; time < 3; time++)
    await expect(ask('hypervisor.observe', { vm: VM }, 20)).rejects.toMatchObject({ status: 504, code: 'HOST_TIMEOUT' })
  const refused = ask('hypervisor.consoleLog', { vm: VM, maxBytes: 1 }, 60_000)
  await expect(refused).rejects.toMatchObject({ status: 503, code: 'HOST_UNRESPONSIVE', retryAfterSeconds: 1 })
  expect(await ask('storage.usage', usage, 60_000)).toMatchObject({ totalBytes: expect.any(Number) })
  for (const one of hung) one?.release()
  await until('the host answers again', () =>
    ask('hypervisor.observe', { vm: VM }, 60_000).then(
      () => true,
      () => null,
    ),
  )
})

test('[core.isolation] a host that connects anew is asked at once', async () => {
  const [host] = env.hosts
  const [id = ''] = env.hostIds
  const { hub } = env.controlPlane()
  const calls = callsOf({ probeEveryMs: 3_600_000 })
  const observe = (timeoutMs: number) => calls.call(id, 'hypervisor.observe', { vm: VM }, { timeoutMs })
  for (let time = 0; time < 3; time++) host?.faults.hangNext('hypervisor.observe')
  for (let time = 0; time < 3; time++) await expect(observe(20)).rejects.toMatchObject({ code: 'HOST_TIMEOUT' })
  await expect(observe(60_000)).rejects.toMatchObject({ code: 'HOST_UNRESPONSIVE' })
  host?.faults.clear()
  host?.faults.disconnect()
  await until('it is gone', () => !hub.host(id))
  host?.faults.reconnect()
  await until('it is back', () => hub.host(id) !== undefined)
  expect(await observe(60_000)).toEqual({ domains: [] })
})
