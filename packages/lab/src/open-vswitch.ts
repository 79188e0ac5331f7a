import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { labAddresses, macAddress } from './addresses.ts'
import { run } from './command.ts'
import { LabError } from './errors.ts'
import type { DaemonSpec, LabNode } from './namespace.ts'
import { daemonArgs, SOUTHBOUND_PORT } from './ovn-central.ts'
import { waitFor } from './process.ts'
import type { DatapathType, HostState } from './state.ts'
import { disableChecksumOffload, UNDERLAY_MTU } from './switch.ts'

/** The OVN name of the external network, as localnet ports give it in `network_name`. */
export const PHYSICAL_NETWORK = 'physnet'

const OVN_CONTROLLER: DaemonSpec = {
  name: 'ovn-controller',
  command: 'ovn-controller',
  args: [
    ...daemonArgs('/run/ovn/ovn-controller.pid', '/var/log/ovn/ovn-controller.log'),
    'unix:/run/openvswitch/db.sock',
  ],
  pidFile: '/run/ovn/ovn-controller.pid',
}

/** Tells which datapath this kernel can do: loads the module where there is one, then asks for its generic netlink family. */
export async function probeDatapath(): Promise<DatapathType> {
  for (const module of ['openvswitch', 'geneve']) await succeeds('modprobe', ['--quiet', module])
  return (await succeeds('ovs-dpctl', ['dump-dps'])) ? 'system' : 'netdev'
}

async function succeeds(command: string, args: string[]): Promise<boolean> {
  try {
    await run(command, args)
    return true
  } catch (error) {
    if (error instanceof LabError) return false
    throw error
  }
}

/** Starts what of Open vSwitch and ovn-controller does not run on a host. */
export async function ensureOpenVswitch(
  node: LabNode,
  host: HostState,
  options: { index: number; datapath: DatapathType },
): Promise<void> {
  const fresh = !existsSync(join(node.directory, '/etc/openvswitch/conf.db'))
  if (fresh) {
    const schema = '/usr/share/openvswitch/vswitch.ovsschema'
    await node.exec('ovsdb-tool', ['create', '/etc/openvswitch/conf.db', schema])
  }
  const booting = !node.isDaemonAlive('ovsdb-server')
  await ensureDatabase(node)
  if (booting) await identifyChassis(node, host, options)
  if (!node.isDaemonAlive('ovs-vswitchd')) await startSwitch(node, host, options)
  await node.ensureDaemon(OVN_CONTROLLER)
}

async function ensureDatabase(node: LabNode): Promise<void> {
  await node.ensureDaemon({
    name: 'ovsdb-server',
    command: 'ovsdb-server',
    args: [
      ...daemonArgs('/run/openvswitch/ovsdb-server.pid', '/var/log/openvswitch/ovsdb-server.log'),
      '--remote=punix:/run/openvswitch/db.sock',
      '--remote=db:Open_vSwitch,Open_vSwitch,manager_options',
      '/etc/openvswitch/conf.db',
    ],
    pidFile: '/run/openvswitch/ovsdb-server.pid',
  })
}

/** Writes what ovn-controller(8) reads of itself into the switch's own database. */
async function identifyChassis(
  node: LabNode,
  host: HostState,
  { index, datapath }: { index: number; datapath: DatapathType },
): Promise<void> {
  const addresses = labAddresses(index)
  const settings = {
    'system-id': host.chassisId,
    hostname: host.name,
    'ovn-remote': `tcp:${addresses.central}:${SOUTHBOUND_PORT}`,
    'ovn-remote-probe-interval': '60000',
    'ovn-openflow-probe-interval': '60',
    'ovn-encap-type': 'geneve',
    'ovn-encap-ip': addresses.underlay(host.number),
    'ovn-bridge-datapath-type': datapath,
    'ovn-bridge-mappings': `${PHYSICAL_NETWORK}:br-ext`,
    'ovn-monitor-all': 'false',
  }
  await node.exec('ovs-vsctl', ['--no-wait', 'init'])
  await node.exec('ovs-vsctl', ['--no-wait', 'set', 'Open_vSwitch', '.', ...externalIds(settings)])
}

function externalIds(settings: Record<string, string>): string[] {
  return Object.entries(settings).map(([key, value]) => `external_ids:${key}="${value}"`)
}

/**
 * Gives the chassis another name in the southbound database. ovn-controller takes its old row with it when it is asked
 * to leave; one that keeps running goes on under the old name.
 */
export async function setSystemId(node: LabNode, chassisId: string): Promise<void> {
  if (node.isDaemonAlive('ovn-controller')) {
    await node.exec('ovn-appctl', ['-t', 'ovn-controller', 'exit'])
    await waitFor('ovn-controller to leave', 20_000, () => !node.isDaemonAlive('ovn-controller'))
  }
  await node.exec('ovs-vsctl', ['set', 'Open_vSwitch', '.', ...externalIds({ 'system-id': chassisId })])
  await node.ensureDaemon(OVN_CONTROLLER)
}

async function startSwitch(
  node: LabNode,
  host: HostState,
  { index, datapath }: { index: number; datapath: DatapathType },
): Promise<void> {
  await node.ensureDaemon({
    name: 'ovs-vswitchd',
    command: 'ovs-vswitchd',
    args: [
      ...daemonArgs('/run/openvswitch/ovs-vswitchd.pid', '/var/log/openvswitch/ovs-vswitchd.log'),
      ...(datapath === 'netdev' ? ['--disable-system'] : []),
    ],
    pidFile: '/run/openvswitch/ovs-vswitchd.pid',
  })
  const mac = (kind: 'physicalBridge' | 'externalBridge') => macAddress(index, kind, host.number)
  const external = existsSync(`/proc/${node.holderPid()}/root/sys/class/net/ext0`)
  await node.exec('ovs-vsctl', [
    ...bridge('br-phy', datapath, mac('physicalBridge'), 'und0'),
    '--',
    ...bridge('br-ext', datapath, mac('externalBridge'), external ? 'ext0' : undefined),
  ])
  await node.exec('ip', ['-batch', '-'], {
    input: [
      `address replace ${labAddresses(index).underlay(host.number)}/25 dev br-phy`,
      `link set br-phy mtu ${UNDERLAY_MTU} up`,
      'link set br-ext up',
      '',
    ].join('\n'),
  })
  await disableChecksumOffload(node, 'br-phy')
}

/** A bridge whose address differs from its uplink's: else frames to the host itself go astray in the userspace datapath. */
function bridge(name: string, datapath: DatapathType, mac: string, uplink: string | undefined): string[] {
  return [
    ...['--may-exist', 'add-br', name, '--', 'set', 'Bridge', name, `datapath_type=${datapath}`],
    `other_config:hwaddr="${mac}"`,
    ...(uplink === undefined ? [] : ['--', '--may-exist', 'add-port', name, uplink]),
  ]
}
