import type { DomainSpec, DomainState, HypervisorDriver } from '@basalt/contracts'
import { afterAll, afterEach, beforeAll, describe, expect } from 'vitest'
import { until } from '../wait.ts'
import { consoleTests } from './hypervisor-consoles.ts'
import { lifecycleTests } from './hypervisor-lifecycle.ts'
import { stopTests } from './hypervisor-stops.ts'
import { hostCall } from './support.ts'

/** A hypervisor driver with what its suite needs. */
export interface HypervisorSubject {
  driver: HypervisorDriver
  /** A guest that boots: its disks exist in storage, its ids are used by no other. */
  newDomain(): Promise<DomainSpec>
  /** Whether the disks of a guest still exist. */
  disksExist(domain: DomainSpec): Promise<boolean>
  /** Whether the guest heeds the power button once it has booted. */
  heedsPowerButton: boolean
  /** A guest without an agent that stays up, whatever it is asked. */
  newStubbornDomain?(): Promise<DomainSpec>
  /** A guest whose agent answers once it has booted. */
  newDomainWithAgent?(): Promise<DomainSpec>
  /** Let a running guest power itself off. */
  powerOffFromInside?(vm: string): Promise<void>
  /** Something the guest prints on its serial console while it boots. */
  bootMessage: RegExp
  /** How long a guest may take to print that; 60 s unless told. */
  bootTimeoutMs?: number
  /** Whether the guest answers keystrokes on its serial console. */
  serialAnswers: boolean
  /** Whether it has a screen. */
  hasScreen: boolean
  /** Removes all it made. */
  close(): Promise<void>
}

/** What the tests of the suite share; filled before the first test. */
export interface HypervisorSuite {
  subject: HypervisorSubject
  /** Start a fresh guest, or the one given. It is removed after the test. */
  start(domain?: DomainSpec): Promise<DomainSpec>
  /** Have it removed after the test. */
  track(domain: DomainSpec): DomainSpec
  stateOf(vm: string): Promise<DomainState | undefined>
  /** Wait until the guest printed its boot message. */
  booted(vm: string): Promise<void>
}

/** A subject may have to build an image and start daemons first. */
const SETUP_TIMEOUT_MS = 300_000

/**
 * Registers the contract of `HypervisorDriver` as tests under `name`. `createSubject` is called once; after each test the host has the
 * guests it had before, which the suite checks.
 */
export function hypervisorContract(name: string, createSubject: () => Promise<HypervisorSubject>): void {
  describe(name, () => {
    const suite = {} as HypervisorSuite
    const tracked = new Set<string>()
    beforeAll(async () => {
      fill(suite, tracked, await createSubject())
      expect(await suite.subject.driver.commands.observe({}, hostCall())).toEqual({ domains: [] })
    }, SETUP_TIMEOUT_MS)
    afterEach(async () => {
      const { commands } = suite.subject.driver
      for (const vm of tracked) await commands.remove({ vm }, hostCall())
      tracked.clear()
      expect(await commands.observe({}, hostCall())).toEqual({ domains: [] })
    })
    afterAll(() => suite.subject?.close())

    describe('lifecycle', () => lifecycleTests(suite))
    describe('stopping', () => stopTests(suite))
    describe('consoles', () => consoleTests(suite))
  })
}

function fill(suite: HypervisorSuite, tracked: Set<string>, subject: HypervisorSubject): void {
  const { commands } = subject.driver
  suite.subject = subject
  suite.track = (domain) => {
    tracked.add(domain.vm)
    return domain
  }
  suite.start = async (given) => {
    const domain = suite.track(given ?? (await subject.newDomain()))
    expect(await commands.start({ domain }, hostCall())).toEqual({ vm: domain.vm, state: 'running' })
    return domain
  }
  suite.stateOf = async (vm) => (await commands.observe({ vm }, hostCall())).domains[0]?.state
  suite.booted = async (vm) => {
    const printed = async () => {
      const { text } = await commands.consoleLog({ vm, maxBytes: 1024 ** 2 }, hostCall())
      return subject.bootMessage.test(text)
    }
    await until(`guest ${vm} boots`, printed, bootTimeoutMs(subject))
  }
}

/** How long to wait for what a guest does by itself. */
export function bootTimeoutMs(subject: HypervisorSubject): number {
  return subject.bootTimeoutMs ?? 60_000
}
