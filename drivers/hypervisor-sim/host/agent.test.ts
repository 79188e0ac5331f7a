import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { DomainStatus, HostStatus } from '@basalt/contracts'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createSimulatedAgent, type SimulatedAgent } from './agent.ts'
import type { SimulatedHost } from './driver.ts'
import { startControlPlane, type TestControlPlane } from './test-control-plane.ts'
import { guest, host, openedPool } from './test-fixtures.ts'

const HOST = 'host-1'

describe('simulated agent', () => {
  let plane: TestControlPlane
  let on: SimulatedHost
  let agent: SimulatedAgent

  beforeEach(async () => {
    plane = await startControlPlane()
    on = host()
    const connected = plane.nextConnection(HOST)
    const identity = await plane.identity(HOST)
    agent = createSimulatedAgent({ host: on, urls: [plane.url], identity, backoff: { firstMs: 5, longestMs: 50 } })
    await connected
  })
  afterEach(async () => {
    on.faults.clear()
    await agent.close()
    await plane.stop()
  })

  const fence = () => ({ resource: randomUUID(), epoch: 1, task: randomUUID(), step: 'start' })
  const start = async () => {
    const domain = await guest(on, await openedPool(on))
    const answer = plane.hub.call(HOST, 'hypervisor.start', { domain }, { fence: fence() })
    return { domain, answer: answer as Promise<DomainStatus> }
  }

  test('tells what its host is, and how it fares', async () => {
    expect(plane.hub.host(HOST)?.hello).toMatchObject({ bootId: on.bootId(), inventory: on.inventory() })
    const { answer, domain } = await start()
    await answer
    const heartbeats = on.status()
    const seen = await new Promise<HostStatus>((resolve) => {
      plane.hub.events.on('heartbeat', (_host, status) => {
        if (status.domains.length > 0) resolve(status)
      })
    })
    expect(seen).toEqual({ ...heartbeats, at: seen.at, pools: [] })
    expect(seen.domains).toEqual([{ vm: domain.vm, state: 'running' }])
  })

  test('carries out commands and passes on errors with their codes', async () => {
    const pool = { pool: randomUUID(), kind: 'smp', path: '/pools/shared' }
    const opened = await plane.hub.call(HOST, 'storage.open', { pool, initialize: true })
    expect(opened).toMatchObject({ totalBytes: expect.any(Number) })
    const clone = { pool, layer: randomUUID(), parent: randomUUID(), sizeBytes: 512 }
    await expect(plane.hub.call(HOST, 'storage.clone', clone)).rejects.toMatchObject({ code: 'LAYER_NOT_FOUND' })
    on.faults.fillPool(pool.pool)
    const create = { pool, layer: randomUUID(), sizeBytes: 512 }
    await expect(plane.hub.call(HOST, 'storage.create', create)).rejects.toMatchObject({
      code: 'NO_SPACE',
      details: { availableBytes: 0 },
    })
  })

  test('tells of changes that nobody commanded', async () => {
    const { answer, domain } = await start()
    await answer
    const told = once(plane.hub.events, 'event')
    on.guests.powerOff(domain.vm)
    expect((await told)[1]).toMatchObject({ kind: 'domain', vm: domain.vm, state: 'stopped' })
  })

  test('carries consoles', async () => {
    const { answer, domain } = await start()
    await answer
    const serial = await plane.hub.openStream(HOST, 'serial', { vm: domain.vm })
    expect(String((await once(serial, 'data'))[0])).toContain('login:')
    serial.write('root')
    expect(String((await once(serial, 'data'))[0])).toBe('root')
    serial.destroy()
    const vnc = await plane.hub.openStream(HOST, 'vnc', { vm: domain.vm })
    expect(String((await once(vnc, 'data'))[0])).toBe('RFB 003.008\n')
    vnc.destroy()
    const unknown = plane.hub.openStream(HOST, 'serial', { vm: randomUUID() })
    await expect(unknown).rejects.toMatchObject({ code: 'DOMAIN_NOT_FOUND' })
  })

  test('refuses a stale epoch', async () => {
    const { answer, domain } = await start()
    await answer
    const newer = { ...fence(), epoch: 5 }
    await plane.hub.call(HOST, 'hypervisor.powerOff', { vm: domain.vm }, { fence: newer })
    const late = plane.hub.call(HOST, 'hypervisor.start', { domain }, { fence: { ...newer, epoch: 4 } })
    await expect(late).rejects.toMatchObject({ code: 'STALE_EPOCH' })
    expect(on.snapshot().domains).toMatchObject([{ state: 'stopped' }])
  })

  test('a lost reply is given again after the connection came back, and the work is done once', async () => {
    on.faults.loseReplyAfter('start')
    const reconnected = plane.nextConnection(HOST)
    const { answer, domain } = await start()
    await reconnected
    expect(await answer).toEqual({ vm: domain.vm, state: 'running' })
  })

  test('a caller that waits for a host which stays away gets no answer, though the work is done', async () => {
    const hung = on.faults.hangNext('start')
    const domain = await guest(on, await openedPool(on))
    const options = { fence: fence(), deadlineMs: 300 }
    const answer = plane.hub.call(HOST, 'hypervisor.start', { domain }, options)
    const lost = expect(answer).rejects.toMatchObject({ code: 'HOST_DISCONNECTED' })
    await hung.reached
    on.faults.disconnect()
    hung.release()
    await lost
    expect(on.snapshot().domains).toMatchObject([{ vm: domain.vm, state: 'running' }])
  })

  test('a pulled cable leaves commands running, and the answer waits for it', async () => {
    const hung = on.faults.hangNext('start')
    const { answer, domain } = await start()
    await hung.reached
    const gone = once(plane.hub.events, 'disconnected')
    on.faults.disconnect()
    await gone
    hung.release()
    const back = plane.nextConnection(HOST)
    on.faults.reconnect()
    await back
    expect(await answer).toEqual({ vm: domain.vm, state: 'running' })
  })

  test('after a power failure the host is back with another boot id, and an unanswered command is done anew', async () => {
    const { answer: first, domain: running } = await start()
    await first
    const hung = on.faults.hangNext('start')
    const { answer, domain } = await start()
    await hung.reached
    const before = on.bootId()
    const back = plane.nextConnection(HOST)
    on.faults.crash()
    expect((await back).hello.bootId).not.toBe(before)
    expect(await answer).toEqual({ vm: domain.vm, state: 'running' })
    const { domains } = on.snapshot()
    expect(domains).toHaveLength(2)
    expect(domains.find(({ vm }) => vm === running.vm)?.state).toBe('stopped')
  })

  test('closes while its cable is pulled', async () => {
    const gone = once(plane.hub.events, 'disconnected')
    on.faults.disconnect()
    await gone
    await agent.close()
    expect(plane.hub.host(HOST)).toBeUndefined()
  })
})
