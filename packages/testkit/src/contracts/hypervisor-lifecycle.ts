import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { HypervisorSuite } from './hypervisor.ts'
import { expectCode, hostCall } from './support.ts'

const TEST_TIMEOUT_MS = 120_000

/** Registers the tests about starting, observing and removing guests. */
export function lifecycleTests(suite: HypervisorSuite): void {
  const commands = () => suite.subject.driver.commands

  test('start runs a guest, and leaves alone one that runs', { timeout: TEST_TIMEOUT_MS }, async () => {
    const domain = await suite.start()
    expect(await commands().start({ domain }, hostCall())).toEqual({ vm: domain.vm, state: 'running' })
    expect(await commands().observe({}, hostCall())).toEqual({ domains: [{ vm: domain.vm, state: 'running' }] })
  })

  test('two starts at once run one guest', { timeout: TEST_TIMEOUT_MS }, async () => {
    const domain = suite.track(await suite.subject.newDomain())
    const both = await Promise.all([commands().start({ domain }, hostCall()), commands().start({ domain }, hostCall())])
    expect(both.map(({ state }) => state)).toEqual(['running', 'running'])
    expect((await commands().observe({}, hostCall())).domains).toHaveLength(1)
  })

  test('observe tells of every guest, or of the one asked for', { timeout: TEST_TIMEOUT_MS }, async () => {
    const [one, other] = [await suite.start(), await suite.start()]
    await commands().powerOff({ vm: other.vm }, hostCall())
    const { domains } = await commands().observe({}, hostCall())
    expect(domains).toHaveLength(2)
    expect(domains).toContainEqual({ vm: one.vm, state: 'running' })
    expect(domains).toContainEqual({ vm: other.vm, state: 'stopped' })
    expect(await commands().observe({ vm: one.vm }, hostCall())).toEqual({
      domains: [{ vm: one.vm, state: 'running' }],
    })
    expect(await commands().observe({ vm: randomUUID() }, hostCall())).toEqual({ domains: [] })
  })

  test('a guest without its disk does not start and leaves nothing', async () => {
    const domain = suite.track(await suite.subject.newDomain())
    const disks = domain.disks.map((disk) => ({ ...disk, layer: randomUUID() }))
    await expectCode(
      commands().start({ domain: { ...domain, disks } }, hostCall()),
      'DOMAIN_START_FAILED',
      'LAYER_NOT_FOUND',
    )
    expect(await suite.stateOf(domain.vm)).toBeUndefined()
  })

  test('a disk that another guest has open is not opened twice', { timeout: TEST_TIMEOUT_MS }, async () => {
    const first = await suite.start()
    const second = { ...(await suite.subject.newDomain()), disks: first.disks }
    suite.track(second)
    await expectCode(commands().start({ domain: second }, hostCall()), 'DOMAIN_START_FAILED')
    expect(await suite.stateOf(first.vm)).toBe('running')
    expect(await suite.stateOf(second.vm)).toBeUndefined()
  })

  test('a start that nobody waits for any more starts nothing', async () => {
    const domain = suite.track(await suite.subject.newDomain())
    await expect(commands().start({ domain }, hostCall(AbortSignal.abort(new Error('given up'))))).rejects.toThrow()
    expect(await suite.stateOf(domain.vm)).not.toBe('running')
  })

  test('an id that is none is refused', async () => {
    const domain = await suite.subject.newDomain()
    await expectCode(commands().start({ domain: { ...domain, vm: '../x' } }, hostCall()), 'INVALID_PARAMETERS')
    expect(await commands().observe({}, hostCall())).toEqual({ domains: [] })
  })

  test('reset restarts a guest that then runs', { timeout: TEST_TIMEOUT_MS }, async () => {
    const { vm } = await suite.start()
    expect(await commands().reboot({ vm, mode: 'reset' }, hostCall())).toEqual({ vm, state: 'running' })
    expect(await suite.stateOf(vm)).toBe('running')
  })

  test('only a guest that is there and runs can be rebooted', { timeout: TEST_TIMEOUT_MS }, async () => {
    await expectCode(commands().reboot({ vm: randomUUID(), mode: 'reset' }, hostCall()), 'DOMAIN_NOT_FOUND')
    const { vm } = await suite.start()
    await commands().powerOff({ vm }, hostCall())
    await expectCode(commands().reboot({ vm, mode: 'reset' }, hostCall()), 'DOMAIN_NOT_RUNNING')
  })

  test('remove takes a guest away, running or not, twice as well as once', { timeout: TEST_TIMEOUT_MS }, async () => {
    const domain = await suite.start()
    const { vm } = domain
    expect(await commands().remove({ vm }, hostCall())).toEqual({})
    expect(await commands().remove({ vm }, hostCall())).toEqual({})
    expect(await suite.stateOf(vm)).toBeUndefined()
    expect(await suite.subject.disksExist(domain)).toBe(true)
    await suite.start(domain)
  })

  test('removing a guest that never was is fine', async () => {
    expect(await commands().remove({ vm: randomUUID() }, hostCall())).toEqual({})
  })
}
