import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { NetworkSuite } from './network.ts'
import { expectCode, offered } from './support.ts'

/** Registers the tests about networks. */
export function networkTests(suite: NetworkSuite): void {
  const driver = () => suite.subject.driver

  test('ensureNetwork makes a network, twice as well as once', async () => {
    const spec = suite.networkSpec()
    await driver().ensureNetwork(spec, suite.fence)
    await driver().ensureNetwork(spec, suite.fence)
    const { networks } = await driver().list()
    expect(networks.filter((network) => network === spec.network)).toHaveLength(1)
  })

  test('two ensureNetwork at once make one network', async () => {
    const spec = suite.networkSpec()
    await Promise.all([driver().ensureNetwork(spec, suite.fence), driver().ensureNetwork(spec, suite.fence)])
    const { networks } = await driver().list()
    expect(networks.filter((network) => network === spec.network)).toHaveLength(1)
  })

  test('ensureNetwork changes what differs and keeps the ports', async () => {
    const spec = await suite.makeNetwork()
    const port = suite.portSpec(spec, 1)
    await driver().ensurePort(port, suite.fence)
    const changed = { ...spec, title: 'renamed', dnsServers: ['192.0.2.99'], mtu: 1400, leaseSeconds: 600 }
    await driver().ensureNetwork(changed, suite.fence)
    const { networks, ports } = await driver().list()
    expect(networks).toContain(spec.network)
    expect(ports).toContainEqual({ port: port.port, network: spec.network, up: false })
  })

  test('removeNetwork takes a network away, twice as well as once', async () => {
    const spec = await suite.makeNetwork()
    await driver().removeNetwork(spec.network, suite.fence)
    await driver().removeNetwork(spec.network, suite.fence)
    expect((await driver().list()).networks).not.toContain(spec.network)
  })

  test('removing a network that never was is fine', async () => {
    await driver().removeNetwork(randomUUID(), suite.fence)
  })

  test('a network with ports stays until they are gone', async () => {
    const spec = await suite.makeNetwork()
    const port = suite.portSpec(spec, 1)
    await driver().ensurePort(port, suite.fence)
    await expectCode(driver().removeNetwork(spec.network, suite.fence), 'NETWORK_IN_USE')
    expect((await driver().list()).networks).toContain(spec.network)
    await driver().removePort(port.port, suite.fence)
    await driver().removeNetwork(spec.network, suite.fence)
    expect((await driver().list()).networks).not.toContain(spec.network)
  })

  test('a network can be made again after it was removed', async () => {
    const spec = await suite.makeNetwork()
    await driver().removeNetwork(spec.network, suite.fence)
    await driver().ensureNetwork(spec, suite.fence)
    expect((await driver().list()).networks).toContain(spec.network)
  })

  test.each([
    ['address range', { cidr: '10.0.0.0/24 nonsense' }],
    ['gateway', { gateway: 'router' }],
    ['DNS server', { dnsServers: ['192.0.2.1, 192.0.2.2'] }],
    ['MAC', { serverMac: '0a:00' }],
    ['tunnel key', { tunnelKey: 0 }],
    ['tunnel key', { tunnelKey: 16_777_215 }],
  ])('a network with a wrong %s is refused', async (_what, wrong) => {
    const spec = suite.networkSpec(wrong)
    await expectCode(driver().ensureNetwork(spec, suite.fence), 'NETWORK_SPEC_INVALID')
    expect((await driver().list()).networks).not.toContain(spec.network)
  })

  test('list names all that is ours and nothing else', async () => {
    const before = await driver().list()
    const [one, other] = [await suite.makeNetwork(), await suite.makeNetwork()]
    const port = suite.portSpec(one, 3)
    await driver().ensurePort(port, suite.fence)
    const { networks, ports } = await driver().list()
    expect([...networks].sort()).toEqual([...before.networks, one.network, other.network].sort())
    expect(ports).toHaveLength(before.ports.length + 1)
    expect(ports).toContainEqual({ port: port.port, network: one.network, up: false })
  })

  test('what is not ours is neither listed, compared nor touched', async (context) => {
    const makeForeign = offered(suite.subject.makeForeign, context, 'the backend holds nothing but ours')
    const nothing = { networks: [], ports: [] }
    const before = await suite.inventory()
    const differences = await driver().compare(nothing)
    const isUntouched = await makeForeign()
    expect(await suite.inventory()).toEqual(before)
    expect(await driver().compare(nothing)).toEqual(differences)
    const spec = await suite.makeNetwork()
    await driver().removeNetwork(spec.network, suite.fence)
    expect(await isUntouched()).toBe(true)
  })
}
