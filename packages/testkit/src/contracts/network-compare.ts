import { randomUUID } from 'node:crypto'
import type { NetworkDifference, NetworkInventory } from '@basalt/contracts'
import { expect, test } from 'vitest'
import type { NetworkSuite } from './network.ts'
import { offered } from './support.ts'

const NO_TAMPERING = 'the subject cannot change its backend behind the driver'

/** Registers the tests about differences between what is wanted and what there is. */
export function compareTests(suite: NetworkSuite): void {
  const driver = () => suite.subject.driver
  const idsOf = ({ networks, ports }: NetworkInventory): ReadonlySet<string> =>
    new Set([...networks.map(({ network }) => network), ...ports.map(({ port }) => port)])
  const compare = (wanted: NetworkInventory): Promise<NetworkDifference[]> => driver().compare(wanted, idsOf(wanted))

  async function makeBoth() {
    const network = await suite.makeNetwork()
    const port = suite.portSpec(network, 1, { chassis: suite.subject.chassis[0] })
    await driver().ensurePort(port, suite.fence)
    return { network, port, wanted: { networks: [network], ports: [port] } }
  }

  test('what was made as it is wanted does not differ', async () => {
    expect(await compare((await makeBoth()).wanted)).toEqual([])
  })

  test('a network without name servers and a port on no host do not differ from themselves either', async () => {
    const network = suite.networkSpec({ dnsServers: [] })
    await driver().ensureNetwork(network, suite.fence)
    const port = suite.portSpec(network, 2, { hostname: '' })
    await driver().ensurePort(port, suite.fence)
    expect(await compare({ networks: [network], ports: [port] })).toEqual([])
  })

  test('what is not there is missing', async () => {
    const network = suite.networkSpec()
    const port = suite.portSpec(network, 1)
    expect(await compare({ networks: [network], ports: [port] })).toEqual([
      { kind: 'network', id: network.network, drift: 'missing', detail: expect.any(String) },
      { kind: 'port', id: port.port, drift: 'missing', detail: expect.any(String) },
    ])
  })

  test.each([
    ['title', { title: 'another' }],
    ['tunnel key', { tunnelKey: 16_699_999 }],
    ['address range', { cidr: '10.199.0.0/16' }],
    ['gateway', { gateway: '10.199.0.1' }],
    ['name servers', { dnsServers: [] }],
    ['MTU', { mtu: 1300 }],
    ['MAC of its DHCP server', { serverMac: '0a:00:00:00:09:09' }],
    ['lease time', { leaseSeconds: 60 }],
  ])('a network that was made with another %s is changed, until it is made again', async (_what, change) => {
    const { network, port } = await makeBoth()
    const wanted = { networks: [{ ...network, ...change }], ports: [port] }
    expect(await compare(wanted)).toEqual([
      { kind: 'network', id: network.network, drift: 'changed', detail: expect.any(String) },
    ])
    for (const spec of wanted.networks) await driver().ensureNetwork(spec, suite.fence)
    expect(await compare(wanted)).toEqual([])
  })

  test.each([
    ['MAC', { mac: '0a:00:00:00:09:08' }],
    ['address', { address: '10.0.0.77' }],
    ['host name', { hostname: 'other' }],
    ['host name too many', { hostname: '' }],
    ['tunnel key', { tunnelKey: 4711 }],
    ['chassis', { chassis: 'elsewhere' }],
    ['chassis too many', { chassis: null }],
  ])('a port that was made with another %s is changed, until it is made again', async (_what, change) => {
    const { network, port } = await makeBoth()
    const wanted = { networks: [network], ports: [{ ...port, ...change }] }
    expect(await compare(wanted)).toEqual([
      { kind: 'port', id: port.port, drift: 'changed', detail: expect.any(String) },
    ])
    for (const spec of wanted.ports) await driver().ensurePort(spec, suite.fence)
    expect(await compare(wanted)).toEqual([])
  })

  test('what nobody wants is told, unless it is not asked about', async () => {
    const { network, port } = await makeBoth()
    const nothing = { networks: [], ports: [] }
    const unwanted = [
      { kind: 'network', id: network.network, drift: 'unwanted', detail: expect.any(String) },
      { kind: 'port', id: port.port, drift: 'unwanted', detail: expect.any(String) },
    ]
    expect(await driver().compare(nothing)).toEqual(expect.arrayContaining(unwanted))
    expect(await driver().compare(nothing, new Set([port.port]))).toEqual([unwanted[1]])
    expect(await driver().compare(nothing, new Set([randomUUID()]))).toEqual([])
  })

  test('what somebody else changed is told, and mended by making it again', async (context) => {
    const tamper = offered(suite.subject.tamper, context, NO_TAMPERING)
    const { network, port, wanted } = await makeBoth()
    await tamper(network.network, port.port)
    const told = await compare(wanted)
    expect(told.map(({ id }) => id).sort()).toEqual([network.network, port.port].sort())
    await driver().ensureNetwork(network, suite.fence)
    await driver().ensurePort(port, suite.fence)
    expect(await compare(wanted)).toEqual([])
  })
}
