import { dirname } from 'node:path'
import { labAddresses, MAX_HOSTS, macAddress, meetsSubnet } from './addresses.ts'
import { run } from './command.ts'
import { LabError } from './errors.ts'
import type { LabNode } from './namespace.ts'
import type { HostState, LinkName } from './state.ts'

/** Bytes: a full 1500-byte frame and the outer headers of its tunnel (geneve over IPv4: 58). */
export const UNDERLAY_MTU = 1600

/** Interface names inside a host. */
export const INTERFACES = { underlay: 'und0', management: 'mgmt0', external: 'ext0' } as const

/** The alias on the root namespace's leg tells whose it is. */
export function rootLegAlias(labDirectory: string): string {
  return `basalt-lab ${labDirectory}`.slice(0, 255)
}

/** Makes the switch's two bridges: underlay (tunnels between hosts) and management (control plane, databases). */
export async function furnishSwitch(fabric: LabNode): Promise<void> {
  await fabric.exec('ip', ['-batch', '-'], {
    input: lines([
      `link add underlay mtu ${UNDERLAY_MTU} type bridge mcast_snooping 0`,
      'link add management type bridge mcast_snooping 0',
      'link set underlay up',
      'link set management up',
    ]),
  })
}

/**
 * Connects the root namespace to the management network, by an interface whose name claims the lab's subnet:
 * of two labs that start at once only one can create it.
 * @returns the lab's index
 */
export async function claimSubnet(fabric: LabNode): Promise<number> {
  const taken = await routedDestinations()
  for (let index = 0; index < 256; index++) {
    if (taken.some((destination) => meetsSubnet(destination, index))) continue
    if (await createRootLeg(fabric, index)) return index
  }
  throw new LabError('LAB_SUBNETS_EXHAUSTED', 'No subnet in 10.99.0.0/16 is free for the lab.', {
    remedy: 'Take down a lab that is no longer needed, or remove the routes into 10.99.0.0/16.',
  })
}

async function routedDestinations(): Promise<string[]> {
  const { stdout } = await run('ip', ['-json', '-4', 'route', 'show', 'table', 'all'])
  return (JSON.parse(stdout || '[]') as { dst: string }[]).map((route) => route.dst)
}

async function createRootLeg(fabric: LabNode, index: number): Promise<boolean> {
  const leg = rootLeg(index)
  const peer = ['peer', 'name', 'root', 'netns', String(fabric.holderPid())]
  try {
    await run('ip', ['link', 'add', leg, 'type', 'veth', ...peer])
  } catch (error) {
    if (error instanceof LabError && error.message.includes('File exists')) return false
    throw error
  }
  const { root } = labAddresses(index)
  await run('ip', ['link', 'set', leg, 'up', 'alias', rootLegAlias(dirname(fabric.directory))])
  await run('ip', ['address', 'add', `${root}/25`, 'dev', leg])
  await fabric.exec('ip', ['link', 'set', 'root', 'master', 'management', 'up'])
  return true
}

/** The name of the root namespace's interface on the management network. */
export function rootLeg(index: number): string {
  return `basalt-lab${index}`
}

/** Connects the node with the OVN databases to the management network. */
export async function connectCentral(fabric: LabNode, central: LabNode, index: number): Promise<void> {
  const peer = `peer name mgmt0 netns ${central.holderPid()}`
  await run('ip', ['-batch', '-'], {
    input: lines([`link add central netns ${fabric.holderPid()} type veth ${peer}`]),
  })
  await fabric.exec('ip', ['link', 'set', 'central', 'master', 'management', 'up'])
  await central.exec('ip', ['address', 'add', `${labAddresses(index).central}/25`, 'dev', 'mgmt0'])
  await central.exec('ip', ['link', 'set', 'mgmt0', 'up'])
}

/** What a host is plugged into; `external` only in a lab with an external network. */
export interface Switchboard {
  fabric: LabNode
  external?: LabNode
  index: number
}

/** Plugs a booting host's cables in, those cut before stay cut. */
export async function connectHost(board: Switchboard, node: LabNode, host: HostState): Promise<void> {
  if (host.number > MAX_HOSTS) throw new LabError('LAB_SUBNETS_EXHAUSTED', `A lab has at most ${MAX_HOSTS} hosts.`)
  const cables = cablesOf(board, host)
  const mac = (name: LinkName) => macAddress(board.index, name, host.number)
  const mtu = (name: LinkName) => (name === 'underlay' ? `mtu ${UNDERLAY_MTU}` : '')
  await run('ip', ['-batch', '-'], {
    input: lines(
      cables.map(
        ({ name, port, peer }) =>
          `link add ${port} ${mtu(name)} netns ${peer.holderPid()} type veth ` +
          `peer name ${INTERFACES[name]} ${mtu(name)} address ${mac(name)} netns ${node.holderPid()}`,
      ),
    ),
  })
  for (const { name, port, peer } of cables) {
    const upDown = host.cutLinks.includes(name) ? 'down' : 'up'
    await peer.exec('ip', ['link', 'set', port, 'master', name, upDown])
    // The userspace datapath hands on packets whose checksum was left to hardware that a veth does not have.
    if (name !== 'management') await disableChecksumOffload(peer, port)
    if (name !== 'management') await disableChecksumOffload(node, INTERFACES[name])
  }
  await node.exec('ip', ['-batch', '-'], {
    input: lines([
      ...cables.map(({ name }) => `link set ${INTERFACES[name]} up`),
      `address add ${labAddresses(board.index).management(host.number)}/25 dev mgmt0`,
    ]),
  })
}

/** Takes the carrier from a host's cable, or gives it back. */
export async function setLink(board: Switchboard, host: HostState, name: LinkName, up: boolean): Promise<void> {
  for (const cable of cablesOf(board, host)) {
    if (cable.name === name) await cable.peer.exec('ip', ['link', 'set', cable.port, up ? 'up' : 'down'])
  }
}

/** Makes the kernel fill checksums in itself on this interface. */
export async function disableChecksumOffload(node: LabNode, interfaceName: string): Promise<void> {
  await node.exec('ethtool', ['-K', interfaceName, 'tx', 'off'])
}

function cablesOf({ fabric, external }: Switchboard, { number }: HostState) {
  const cables: { name: LinkName; port: string; peer: LabNode }[] = [
    { name: 'underlay', port: `u-${number}`, peer: fabric },
    { name: 'management', port: `m-${number}`, peer: fabric },
  ]
  if (external) cables.push({ name: 'external', port: `x-${number}`, peer: external })
  return cables
}

function lines(commands: string[]): string {
  return `${commands.join('\n')}\n`
}
