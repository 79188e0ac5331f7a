import { randomUUID } from 'node:crypto'
import type { HostChange } from '@basalt/contracts'
import { expect, test } from 'vitest'
import { until } from '../wait.ts'
import { bootTimeoutMs, type HypervisorSuite } from './hypervisor.ts'
import { expectCode, hostCall, offered } from './support.ts'

const TEST_TIMEOUT_MS = 180_000
const SHORT_MS = 1_000

/** Registers the tests about the ways in which a guest stops. */
export function stopTests(suite: HypervisorSuite): void {
  const commands = () => suite.subject.driver.commands

  test('powerOff stops a guest, twice as well as once, and it starts again', { timeout: TEST_TIMEOUT_MS }, async () => {
    const domain = await suite.start()
    const { vm } = domain
    expect(await commands().powerOff({ vm }, hostCall())).toEqual({ vm, state: 'stopped' })
    expect(await commands().powerOff({ vm }, hostCall())).toEqual({ vm, state: 'stopped' })
    expect(await suite.stateOf(vm)).toBe('stopped')
    expect(await suite.subject.disksExist(domain)).toBe(true)
    await suite.start(domain)
    expect(await suite.stateOf(vm)).toBe('running')
  })

  test('powering off a guest that never was is fine', async () => {
    const vm = randomUUID()
    expect(await commands().powerOff({ vm }, hostCall())).toEqual({ vm, state: 'stopped' })
    expect(await suite.stateOf(vm)).toBeUndefined()
  })

  test('shutdown waits until the guest stopped', { timeout: TEST_TIMEOUT_MS }, async (context) => {
    if (!suite.subject.heedsPowerButton) context.skip('the guest does not heed the power button')
    const { vm } = await suite.start()
    await suite.booted(vm)
    const request = { vm, mode: 'acpi' as const, timeoutMs: bootTimeoutMs(suite.subject) }
    expect(await commands().shutdown(request, hostCall())).toEqual({ vm, state: 'stopped' })
    expect(await suite.stateOf(vm)).toBe('stopped')
    expect(await commands().shutdown(request, hostCall())).toEqual({ vm, state: 'stopped' })
  })

  test('shutdown of a guest that never was says so', async () => {
    const request = { vm: randomUUID(), mode: 'auto' as const, timeoutMs: SHORT_MS }
    await expectCode(commands().shutdown(request, hostCall()), 'DOMAIN_NOT_FOUND')
  })

  test('a guest that does not stop in time still runs', { timeout: TEST_TIMEOUT_MS }, async (context) => {
    const stubborn = offered(suite.subject.newStubbornDomain, context, 'no guest of the subject is stubborn')
    const { vm } = await suite.start(await stubborn())
    const request = { vm, mode: 'acpi' as const, timeoutMs: SHORT_MS }
    await expectCode(commands().shutdown(request, hostCall()), 'GUEST_DID_NOT_STOP')
    expect(await suite.stateOf(vm)).toBe('running')
  })

  test('powerOff helps a shutdown that waits', { timeout: TEST_TIMEOUT_MS }, async (context) => {
    const stubborn = offered(suite.subject.newStubbornDomain, context, 'no guest of the subject is stubborn')
    const { vm } = await suite.start(await stubborn())
    const waiting = commands().shutdown({ vm, mode: 'acpi', timeoutMs: TEST_TIMEOUT_MS }, hostCall())
    await commands().powerOff({ vm }, hostCall())
    expect(await waiting).toEqual({ vm, state: 'stopped' })
  })

  test('a shutdown can be given up', { timeout: TEST_TIMEOUT_MS }, async (context) => {
    const stubborn = offered(suite.subject.newStubbornDomain, context, 'no guest of the subject is stubborn')
    const { vm } = await suite.start(await stubborn())
    const abort = new AbortController()
    const call = hostCall(abort.signal)
    const failed = expect(commands().shutdown({ vm, mode: 'acpi', timeoutMs: TEST_TIMEOUT_MS }, call)).rejects.toThrow()
    abort.abort(new Error('given up'))
    await failed
    expect(await suite.stateOf(vm)).toBe('running')
  })

  test('without an agent, asking it says so', { timeout: TEST_TIMEOUT_MS }, async (context) => {
    const stubborn = offered(suite.subject.newStubbornDomain, context, 'every guest of the subject has an agent')
    const { vm } = await suite.start(await stubborn())
    const request = { vm, mode: 'agent' as const, timeoutMs: SHORT_MS }
    await expectCode(commands().shutdown(request, hostCall()), 'GUEST_AGENT_UNAVAILABLE')
    await expectCode(commands().guestAddresses({ vm }, hostCall()), 'GUEST_AGENT_UNAVAILABLE')
  })

  test('the agent tells the MACs of the guest and stops it', { timeout: TEST_TIMEOUT_MS }, async (context) => {
    const newDomain = offered(suite.subject.newDomainWithAgent, context, 'no guest of the subject has an agent')
    const domain = await suite.start(await newDomain())
    const { vm } = domain
    const macs = async () => {
      const answer = await commands()
        .guestAddresses({ vm }, hostCall())
        .catch((error: { code?: string }) => {
          expect(error.code).toBe('GUEST_AGENT_UNAVAILABLE')
          return undefined
        })
      return answer?.interfaces.map(({ mac }) => mac)
    }
    const seen = await until('the agent answers', macs, bootTimeoutMs(suite.subject))
    expect(seen).toEqual(expect.arrayContaining(domain.nics.map(({ mac }) => mac)))
    const request = { vm, mode: 'agent' as const, timeoutMs: bootTimeoutMs(suite.subject) }
    expect(await commands().shutdown(request, hostCall())).toEqual({ vm, state: 'stopped' })
  })

  test('only what nobody commanded is told as a change', { timeout: TEST_TIMEOUT_MS }, async (context) => {
    const powerOffFromInside = offered(suite.subject.powerOffFromInside, context, 'guests do nothing by themselves')
    const changes: HostChange[] = []
    const stop = suite.subject.driver.onChange((change) => void changes.push(change))
    try {
      const [commanded, alone] = [await suite.start(), await suite.start()]
      await commands().powerOff({ vm: commanded.vm }, hostCall())
      await suite.booted(alone.vm)
      await powerOffFromInside(alone.vm)
      const told = () => changes.find(({ vm }) => vm === alone.vm)
      const change = await until('the change is told', told, bootTimeoutMs(suite.subject))
      expect(change).toMatchObject({ kind: 'domain', vm: alone.vm, state: 'stopped', reason: expect.any(String) })
      expect(await suite.stateOf(alone.vm)).toBe('stopped')
      expect(changes.filter(({ vm }) => vm === commanded.vm)).toEqual([])
    } finally {
      stop()
    }
  })

  test('who stopped listening is told nothing', { timeout: TEST_TIMEOUT_MS }, async (context) => {
    const powerOffFromInside = offered(suite.subject.powerOffFromInside, context, 'guests do nothing by themselves')
    const [gone, there]: [HostChange[], HostChange[]] = [[], []]
    suite.subject.driver.onChange((change) => void gone.push(change))()
    const stop = suite.subject.driver.onChange((change) => void there.push(change))
    try {
      const { vm } = await suite.start()
      await suite.booted(vm)
      await powerOffFromInside(vm)
      await until('the change is told', () => there[0], bootTimeoutMs(suite.subject))
      expect(gone).toEqual([])
    } finally {
      stop()
    }
  })
}
