import type { NetworkSpec, PortSpec } from '@basalt/contracts'
import { SimulatorError } from '@basalt/hypervisor-sim/faults'
import type { PortTable } from './port-table.ts'

/** Refuses with `NETWORK_CONFLICT` what would break forwarding on a real network: a Geneve key that another network has. */
export function refuseNetworkConflict(spec: NetworkSpec, existing: Iterable<NetworkSpec>): void {
  for (const other of existing) {
    if (other.network === spec.network) continue
    if (other.tunnelKey === spec.tunnelKey) throw conflict(`Network ${other.network} has tunnel key ${spec.tunnelKey}.`)
  }
}

/**
 * Refuses with `NETWORK_CONFLICT` a port whose key, MAC or address another port of the network has, or the network itself,
 * and one that would move to another network.
 */
export function refusePortConflict(spec: PortSpec, network: NetworkSpec, existing: PortTable): void {
  if (spec.address === network.gateway) throw conflict(`${spec.address} is the gateway of the network.`)
  if (sameMac(spec.mac, network.serverMac)) throw conflict(`${spec.mac} is the MAC of the network's DHCP server.`)
  const before = existing.get(spec.port)
  if (before && before.network !== spec.network)
    throw conflict(`Port ${spec.port} belongs to network ${before.network}.`)
  const twin = existing.twinOf(spec)
  if (twin) throw conflict(`Port ${twin.port} has ${NAMES[twin.has]} ${spec[twin.has]}.`)
}

const NAMES = { tunnelKey: 'tunnel key', address: 'address', mac: 'MAC' } as const

function sameMac(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

function conflict(message: string): SimulatorError {
  return new SimulatorError('NETWORK_CONFLICT', message)
}
