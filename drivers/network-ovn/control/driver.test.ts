import { randomUUID } from 'node:crypto'
import type { NetworkDriver, NetworkSpec, PortSpec } from '@basalt/contracts'
import { named } from '@basalt/ovsdb'
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { createOvnNetworkDriver } from './driver.ts'
import { startCentral, type TestCentral } from './test-central.ts'

const NODE = 'node-1'
const FENCE = { node: NODE, epoch: 7 }

let central: TestCentral
let driver: NetworkDriver
const others: NetworkDriver[] = []

let tunnelKeys = 0

function network(overrides: Partial<NetworkSpec> = {}): NetworkSpec {
  tunnelKeys += 1
  return {
    network: randomUUID(),
    title: 'blue',
    cidr: '10.20.0.0/24',
    gateway: '10.20.0.1',
    dnsServers: ['192.0.2.53', '192.0.2.54'],
    mtu: 1_400,
    tunnelKey: 5_000 + tunnelKeys,
    serverMac: '02:00:00:00:00:fe',
    leaseSeconds: 3_600,
    ...overrides,
  }
}

function port(of: NetworkSpec, host: number, overrides: Partial<PortSpec> = {}): PortSpec {
  return {
    port: randomUUID(),
    network: of.network,
    mac: `02:00:00:00:00:0${host}`,
    address: `10.20.0.${host}`,
    hostname: `vm-${host}`,
    tunnelKey: 100 + host,
    chassis: null,
    ...overrides,
  }
}

function connect(nb = [central.nbServer.endpoint], timeoutMs = 10_000): NetworkDriver {
  const other = createOvnNetworkDriver({ nb, timeoutMs })
  others.push(other)
  return other
}

beforeAll(async () => {
  central = await startCentral()
  driver = createOvnNetworkDriver({ nb: [central.nbServer.endpoint] })
})

beforeEach(async () => {
  await driver.takeLease(FENCE)
})

afterEach(async () => {
  for (const other of others.splice(0)) await other.close()
  const { networks, ports } = await driver.list()
  for (const each of ports) await driver.removePort(each.port, FENCE)
  for (const each of networks) await driver.removeNetwork(each, FENCE)
  await central.nb.transaction().update('NB_Global', {}, { external_ids: {} }).commit()
})

afterAll(async () => {
  await driver.close()
  await central.dispose()
})

test('[l3.network] a network becomes a logical switch with the tunnel key we chose', async () => {
  const spec = network()
  await driver.ensureNetwork(spec, FENCE)
  await central.synced()
  const [datapath] = await central.sb.select('Datapath_Binding', { tunnel_key: spec.tunnelKey })
  expect(datapath?.external_ids.name).toBe(spec.network)
  expect((await driver.list()).networks).toEqual([spec.network])
})

test('[l3.network] a repeated request changes nothing, another one only what it says', async () => {
  const spec = network()
  await driver.ensureNetwork(spec, FENCE)
  const nic = port(spec, 5)
  await driver.ensurePort(nic, FENCE)
  await central.nb
    .transaction()
    .mutate('Logical_Switch', {}, ['other_config', 'insert', { mcast_snoop: 'true' }])
    .mutate('Logical_Switch_Port', {}, ['options', 'insert', { 'activation-strategy': 'rarp' }])
    .commit()
  const versions = async () => {
    const found = await central.nb
      .transaction()
      .select('Logical_Switch', {}, ['_version' as 'name'])
      .select('DHCP_Options', {}, ['_version' as 'cidr'])
      .select('Logical_Switch_Port', {}, ['_version' as 'name'])
      .commit()
    return [found.rows('Logical_Switch', 0), found.rows('DHCP_Options', 1), found.rows('Logical_Switch_Port', 2)]
  }
  const states = await central.nb.monitor({ Logical_Switch_Port: ['up'] })
  // ovn-northd writes once into a new port.
  await states.waitFor((copy) => copy.table('Logical_Switch_Port').find((row) => row.up === false), {
    timeoutMs: 10_000,
  })
  await states.close()
  const before = await versions()
  await driver.ensureNetwork(spec, FENCE)
  await driver.ensurePort(nic, FENCE)
  expect(await versions()).toEqual(before)

  await driver.ensureNetwork({ ...spec, title: 'green', dnsServers: [] }, FENCE)
  await driver.ensurePort({ ...nic, hostname: 'renamed' }, FENCE)
  const [row] = await central.nb.select('Logical_Switch', { name: spec.network })
  expect(row?.other_config).toEqual({ mcast_snoop: 'true', 'requested-tnl-key': String(spec.tunnelKey) })
  expect(row?.external_ids['basalt-title']).toBe('green')
  const [options] = await central.nb.select('DHCP_Options', {})
  expect(options?.options).not.toHaveProperty('dns_server')
  const [portRow] = await central.nb.select('Logical_Switch_Port', { name: nic.port })
  expect(portRow?.options).toMatchObject({ hostname: '"renamed"', 'activation-strategy': 'rarp' })
})

test('[net.dhcp] a discover from the port is answered with its address and the options of the subnet', async () => {
  const spec = network()
  const nic = port(spec, 5, { chassis: 'host-1' })
  await driver.ensureNetwork(spec, FENCE)
  await driver.ensurePort(nic, FENCE)
  await central.addChassis('host-1')
  central.interfaces.plug(nic.port, 'host-1')
  await driver.waitPortUp(nic.port, 10_000)
  const discover = 'ip4.src == 0.0.0.0 && ip4.dst == 255.255.255.255 && udp.src == 68 && udp.dst == 67 && ip.ttl == 64'
  const trace = await central.trace(
    spec.network,
    `inport == "${nic.port}" && eth.src == ${nic.mac} && eth.dst == ff:ff:ff:ff:ff:ff && ${discover}`,
  )
  for (const part of [
    `offerip = ${nic.address}`,
    'netmask = 255.255.255.0',
    `router = ${spec.gateway}`,
    `server_id = ${spec.gateway}`,
    `lease_time = ${spec.leaseSeconds}`,
    `mtu = ${spec.mtu}`,
    'dns_server = {192.0.2.53, 192.0.2.54}',
    `hostname = "${nic.hostname}"`,
    `eth.src = ${spec.serverMac}`,
  ]) {
    expect(trace).toContain(part)
  }
})

test('[l3.network] ports of a network reach each other, with their own addresses only', async () => {
  const spec = network()
  const [a, b] = [port(spec, 2), port(spec, 3)]
  await driver.ensureNetwork(spec, FENCE)
  await driver.ensurePort(a, FENCE)
  await driver.ensurePort(b, FENCE)
  const packet = (mac: string, address: string) =>
    `inport == "${a.port}" && eth.src == ${mac} && eth.dst == ${b.mac} && ip4.src == ${address} && ip4.dst == ${b.address} && ip.ttl == 64`
  expect(await central.trace(spec.network, packet(a.mac, a.address))).toContain(`output to "${b.port.slice(0, 6)}"`)
  expect(await central.trace(spec.network, packet(a.mac, b.address))).not.toContain('output to')
  expect(await central.trace(spec.network, packet(b.mac, a.address))).not.toContain('output to')
})

test('a port is bound to its chassis and to no other, and to none while it is on no host', async () => {
  const spec = network()
  const nic = port(spec, 4)
  await driver.ensureNetwork(spec, FENCE)
  await central.addChassis('host-2')
  const binding = async () => {
    await central.synced()
    const [row] = await central.sb.select('Port_Binding', { logical_port: nic.port })
    const [chassis] = await central.sb.select('Chassis', { name: 'host-2' })
    return {
      tunnelKey: row?.tunnel_key,
      wanted: row?.options['requested-chassis'],
      isResolved: row?.requested_chassis !== null && row?.requested_chassis === chassis?._uuid,
    }
  }
  await driver.ensurePort(nic, FENCE)
  expect(await binding()).toEqual({ tunnelKey: 104, wanted: 'basalt-none', isResolved: false })
  await driver.ensurePort({ ...nic, chassis: 'host-2' }, FENCE)
  expect(await binding()).toEqual({ tunnelKey: 104, wanted: 'host-2', isResolved: true })
  await driver.ensurePort(nic, FENCE)
  expect(await binding()).toEqual({ tunnelKey: 104, wanted: 'basalt-none', isResolved: false })
})

test('a port can move to another network', async () => {
  const [from, to] = [network(), network({ cidr: '10.30.0.0/24', gateway: '10.30.0.1' })]
  const nic = port(from, 7)
  await driver.ensureNetwork(from, FENCE)
  await driver.ensureNetwork(to, FENCE)
  await driver.ensurePort(nic, FENCE)
  await driver.ensurePort({ ...nic, network: to.network, address: '10.30.0.7' }, FENCE)
  await driver.removeNetwork(from.network, FENCE)
  expect((await driver.list()).ports).toEqual([{ port: nic.port, network: to.network, up: false }])
})

test('what is removed leaves no row behind', async () => {
  const spec = network()
  const nic = port(spec, 8)
  await driver.ensureNetwork(spec, FENCE)
  await driver.ensurePort(nic, FENCE)
  await driver.removePort(nic.port, FENCE)
  await driver.removeNetwork(spec.network, FENCE)
  for (const table of ['Logical_Switch', 'Logical_Switch_Port', 'DHCP_Options'] as const) {
    expect(await central.nb.select(table, {})).toEqual([])
  }
})

test('a foreign network with the same name is neither taken over nor removed', async () => {
  const spec = network()
  const foreign = () => central.nb.select('Logical_Switch', [['external_ids', '==', {}]])
  await central.nb.transaction().insert('Logical_Switch', { name: spec.network }).commit()
  const before = await foreign()
  await driver.ensureNetwork(spec, FENCE)
  await driver.removeNetwork(spec.network, FENCE)
  expect(await foreign()).toEqual(before)
  await central.nb.transaction().delete('Logical_Switch', {}).commit()
})

test('a foreign port with the same name is not taken over', async () => {
  const spec = network()
  const nic = port(spec, 9)
  await driver.ensureNetwork(spec, FENCE)
  const { nb } = central
  await nb
    .transaction()
    .insert('Logical_Switch_Port', { name: nic.port }, 'p')
    .insert('Logical_Switch', { name: 'foreign', ports: [named('Logical_Switch_Port', 'p')] })
    .commit()
  await expect(driver.ensurePort(nic, FENCE)).rejects.toMatchObject({ code: 'NETWORK_CONFLICT' })
  await driver.removePort(nic.port, FENCE)
  expect(await nb.select('Logical_Switch_Port', { name: nic.port })).toHaveLength(1)
  await nb.transaction().delete('Logical_Switch', { name: 'foreign' }).commit()
})

test('leases of several nodes are taken at the same time and stand side by side', async () => {
  const nodes = ['a', 'b', 'c', 'd', 'e'].map((node, index) => ({ node, epoch: index + 1 }))
  await Promise.all(nodes.map((fence) => connect().takeLease(fence)))
  const [row] = await central.nb.select('NB_Global', {})
  expect(row?.external_ids).toEqual({
    'basalt-node-node-1': '7',
    ...Object.fromEntries(nodes.map(({ node, epoch }) => [`basalt-node-${node}`, String(epoch)])),
  })
})

test('the same request from several sides makes one network and one port', async () => {
  const spec = network()
  const nic = port(spec, 2)
  const sides = [driver, connect(), connect(), connect()]
  await Promise.all(sides.map((side) => side.ensureNetwork(spec, FENCE)))
  await Promise.all(sides.map((side) => side.ensurePort(nic, FENCE)))
  expect(await driver.list()).toMatchObject({ networks: [spec.network], ports: [{ port: nic.port }] })
  expect(await central.nb.select('DHCP_Options', {})).toHaveLength(1)
})

test('a killed database is waited for, and one that stays away is reported', async () => {
  const spec = network()
  await driver.ensureNetwork(spec, FENCE)
  await central.nbServer.kill()
  const waiting = driver.ensurePort(port(spec, 2), FENCE)
  central.nbServer.start()
  await waiting
  expect(await driver.health()).toMatchObject({ ok: true })

  const nowhere = connect([`unix:${central.nbServer.directory}/nothing`], 50)
  await expect(nowhere.ensureNetwork(spec, FENCE)).rejects.toMatchObject({ code: 'NETWORK_BACKEND_UNAVAILABLE' })
  await expect(nowhere.waitPortUp('x', 20)).rejects.toMatchObject({ code: 'PORT_NOT_UP' })
})

test('a port is bound to no chassis without a name', async () => {
  const nameless = port(network(), 2, { chassis: '' })
  await expect(driver.ensurePort(nameless, FENCE)).rejects.toMatchObject({ code: 'NETWORK_SPEC_INVALID' })
})
