import { randomUUID } from 'node:crypto'
import type { NetworkDriver, NetworkFence, NetworkSpec, PortSpec } from '@basalt/contracts'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { compareTests } from './network-compare.ts'
import { fenceTests } from './network-fences.ts'
import { networkTests } from './network-networks.ts'
import { portTests } from './network-ports.ts'

/** A network driver with what its suite needs. */
export interface NetworkSubject {
  driver: NetworkDriver
  /** Another connection to the same backend, as another node of the control plane has it. */
  otherNode?: NetworkDriver
  /** Names of two chassis that may claim ports. */
  chassis: readonly [string, string]
  /** A guest's NIC appears on a chassis, or goes. */
  plug?(port: string, chassis: string): Promise<void>
  unplug?(port: string): Promise<void>
  /** Make things in the backend that are not ours. Returns how to see whether they are untouched. */
  makeForeign?(): Promise<() => Promise<boolean>>
  /** Change a network and a port of it behind the driver's back, so that neither is as it was made. */
  tamper?(network: string, port: string): Promise<void>
  /** Removes all it made. */
  close(): Promise<void>
}

/** What the tests of the suite share; filled before the first test. */
export interface NetworkSuite {
  subject: NetworkSubject
  /** A lease that was taken. */
  fence: NetworkFence
  /** What the driver lists, in a stable order. */
  inventory(): ReturnType<NetworkDriver['list']>
  /** A network with keys and addresses that no other test uses; made, unless the test makes it itself. */
  networkSpec(change?: Partial<NetworkSpec>): NetworkSpec
  makeNetwork(): Promise<NetworkSpec>
  /** A port whose key and address are numbered by `number` (1..200). */
  portSpec(network: NetworkSpec, number: number, change?: Partial<PortSpec>): PortSpec
}

/**
 * Registers the contract of `NetworkDriver` as tests under `name`. `createSubject` is called once; each test leaves the backend
 * as it was, which the suite checks.
 */
export function networkContract(name: string, createSubject: () => Promise<NetworkSubject>): void {
  describe(name, () => {
    const suite = {} as NetworkSuite
    const own = new Set<string>()
    let before: unknown
    beforeAll(async () => {
      await fill(suite, own, await createSubject())
      before = await suite.inventory()
    })
    afterEach(async () => {
      await remove(own, suite)
      expect(await suite.inventory()).toEqual(before)
    })
    afterAll(() => suite.subject?.close())

    describe('networks', () => networkTests(suite))
    describe('ports', () => portTests(suite))
    describe('comparison', () => compareTests(suite))
    describe('fences', () => fenceTests(suite))
    test('health answers', async () => {
      expect(await suite.subject.driver.health()).toMatchObject({ ok: true, message: expect.any(String) })
    })
  })
}

async function fill(suite: NetworkSuite, own: Set<string>, subject: NetworkSubject): Promise<void> {
  let made = 0
  suite.subject = subject
  suite.fence = { node: `node-${randomUUID()}`, epoch: 7 }
  await subject.driver.takeLease(suite.fence)
  suite.inventory = async () => {
    const { networks, ports } = await subject.driver.list()
    return { networks: networks.sort(), ports: ports.sort((a, b) => (a.port < b.port ? -1 : 1)) }
  }
  suite.networkSpec = (change) => {
    made++
    const spec = { ...networkNumbered(made), ...change }
    own.add(spec.network)
    return spec
  }
  suite.makeNetwork = async () => {
    const spec = suite.networkSpec()
    await subject.driver.ensureNetwork(spec, suite.fence)
    return spec
  }
  suite.portSpec = portNumbered
}

/** Takes away what a test made, whatever is left of it. */
async function remove(own: Set<string>, { subject, fence }: NetworkSuite): Promise<void> {
  const { networks, ports } = await subject.driver.list()
  for (const { port, network } of ports) {
    if (!own.has(network)) continue
    await subject.unplug?.(port)
    await subject.driver.removePort(port, fence)
  }
  for (const network of networks) if (own.has(network)) await subject.driver.removeNetwork(network, fence)
}

function networkNumbered(number: number): NetworkSpec {
  const prefix = `10.${200 + Math.floor(number / 250)}.${number % 250}`
  return {
    network: randomUUID(),
    title: `contract ${number}`,
    cidr: `${prefix}.0/24`,
    gateway: `${prefix}.1`,
    dnsServers: ['192.0.2.53', '192.0.2.54'],
    mtu: 1442,
    tunnelKey: 16_700_000 + number,
    serverMac: `0a:00:00:00:01:${hex(number)}`,
    leaseSeconds: 3600,
  }
}

function portNumbered(network: NetworkSpec, number: number, change: Partial<PortSpec> = {}): PortSpec {
  const prefix = network.cidr.slice(0, network.cidr.lastIndexOf('.'))
  return {
    port: randomUUID(),
    network: network.network,
    mac: `0a:00:00:00:02:${hex(number)}`,
    address: `${prefix}.${number + 10}`,
    hostname: `guest-${number}`,
    tunnelKey: number,
    chassis: null,
    ...change,
  }
}

function hex(number: number): string {
  return (number % 256).toString(16).padStart(2, '0')
}
