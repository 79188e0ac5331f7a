/** Hosts that rest: what they tell and what they do not, and how old and new versions of both sides get along. */
import { once } from 'node:events'
import type { HostStatus } from '@basalt/contracts'
import { afterEach, expect, test } from 'vitest'
import { WebSocketServer } from 'ws'
import { type AgentOverrides, type Cloud, STATUS, startCloud } from './test-support/cloud.ts'

const HOUR_MS = 3_600_000
const OLD = { current: 2, oldest: 1 }
const RUNNING: HostStatus['domains'] = [{ vm: 'a', state: 'running' }]

let cloud: Cloud
let told: HostStatus[]
afterEach(() => cloud.stop())

async function start(options: Parameters<typeof startCloud>[0] = {}): Promise<void> {
  cloud = await startCloud({ heartbeatIntervalMs: 10, pingIntervalMs: 2000, statusIntervalMs: HOUR_MS, ...options })
  told = []
  cloud.hub.events.on('heartbeat', (_, status) => void told.push(status))
}

/** Resolves when the host has told so often. */
async function toldTimes(count: number): Promise<void> {
  while (told.length < count) await once(cloud.hub.events, 'heartbeat')
}

/** What an agent is asked for, by itself or by the control plane, until it is asked differently. */
function looked<T>(first: T) {
  let current = first
  let looks = 0
  let wake = (): void => undefined
  return {
    set(next: T): void {
      current = next
    },
    look: async (): Promise<T> => {
      looks++
      wake()
      return current
    },
    async times(more: number): Promise<void> {
      const enough = looks + more
      while (looks < enough)
        await new Promise<void>((resolve) => {
          wake = resolve
        })
    },
  }
}

async function hostOf(overrides: AgentOverrides = {}) {
  const status = looked(STATUS)
  await cloud.agent('host-1', { status: status.look, ...overrides })
  return status
}

test('a host that rests tells how it is once; load and memory alone are no news, guests and problems are', async () => {
  await start()
  const status = await hostOf()
  await status.times(5)
  status.set({ ...STATUS, loadAverage: 9, memoryAvailableBytes: 0 })
  await status.times(5)
  expect(told).toEqual([STATUS])
  status.set({ ...STATUS, domains: RUNNING })
  await toldTimes(2)
  status.set({ ...STATUS, domains: RUNNING, problems: [{ part: 'libvirt', message: 'gone' }] })
  await toldTimes(3)
  await status.times(5)
  expect(told.slice(1)).toMatchObject([{ domains: RUNNING, problems: [] }, { problems: [{ part: 'libvirt' }] }])
})

test('what has not changed is told all the same in the end', async () => {
  await start({ statusIntervalMs: 20 })
  await hostOf()
  await toldTimes(4)
  expect(told).toEqual(told.map(() => STATUS))
})

test('a clock that was set is told; one that goes on is no news', async () => {
  await start()
  const aheadMs = looked(0)
  const at = async (): Promise<string> => new Date(Date.now() + (await aheadMs.look())).toISOString()
  await hostOf({ status: async () => ({ ...STATUS, at: await at() }) })
  await aheadMs.times(5)
  expect(told).toHaveLength(1)
  aheadMs.set(60_000)
  await toldTimes(2)
})

test('pools are looked at by their own pace, which may change, and told when their use does', async () => {
  let poolsMs = HOUR_MS
  await start({ poolsIntervalMs: () => poolsMs, pingIntervalMs: 20 })
  const use = (availableBytes: number) => [{ pool: 'p', totalBytes: 2 ** 40, availableBytes }]
  const pools = looked(use(2 ** 39))
  await hostOf({ pools: pools.look })
  expect(told).toMatchObject([{ pools: use(2 ** 39) }])
  poolsMs = 1
  await pools.times(2)
  pools.set(use(2 ** 39 - 4096))
  await pools.times(3)
  expect(told).toHaveLength(1)
  pools.set(use(2 ** 38))
  await toldTimes(2)
  expect(told[1]).toMatchObject({ pools: use(2 ** 38) })
})

test('an agent of the version before tells everything all the time, and the control plane knows what is routine', async () => {
  await start()
  const routine: boolean[] = []
  cloud.hub.events.on('heartbeat', (_, __, isRoutine) => void routine.push(isRoutine))
  await hostOf({ protocol: OLD })
  await toldTimes(4)
  expect(routine.slice(0, 4)).toEqual([false, true, true, true])
})

test('a control plane of the version before is told everything all the time', async () => {
  await start({ protocol: OLD })
  await hostOf()
  await toldTimes(4)
})

test('an agent leaves a node that has fallen silent', async () => {
  await start()
  const silent = new WebSocketServer({ noServer: true })
  for (const listener of cloud.server.listeners('upgrade')) cloud.server.off('upgrade', listener as () => void)
  cloud.server.on('upgrade', (request, socket, head) =>
    silent.handleUpgrade(request, socket, head, (arrived) => {
      const pace = { pingMs: 20, silentMs: 60, statusMs: HOUR_MS, poolsMs: HOUR_MS }
      arrived.send(JSON.stringify({ type: 'welcome', protocol: 3, heartbeatIntervalMs: 1000, node: 'n', pace }))
    }),
  )
  const agent = await cloud.agent('host-1')
  expect(await agent.reached('disconnected')).toMatchObject({ reason: { code: 'HOST_DISCONNECTED' } })
})
