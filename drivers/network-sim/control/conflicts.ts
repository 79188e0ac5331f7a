import type { NetworkSpec, PortSpec } from '@basalt/contracts'
import { SimulatorError } from '@basalt/hypervisor-sim/faults'

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
export function refusePortConflict(spec: PortSpec, network: NetworkSpec, existing: Iterable<PortSpec>): void {
  if (spec.address === network.gateway) throw conflict(`${spec.address} is the gateway of the network.`)
  if (sameMac(spec.mac, network.serverMac)) throw conflict(`${spec.mac} is the MAC of the network's DHCP server.`)
  for (const other of existing) {
    if (other.port === spec.port) {
      if (other.network !== spec.network) throw conflict(`Port ${spec.port} belongs to network ${other.network}.`)
    } else if (other.network === spec.network) refuseTwin(spec, other)
  }
}

function refuseTwin(spec: PortSpec, other: PortSpec): void {
  if (other.tunnelKey === spec.tunnelKey) throw conflict(`Port ${other.port} has tunnel key ${spec.tunnelKey}.`)
  if (other.address === spec.address) throw conflict(`Port ${other.port} has address ${spec.address}.`)
  if (sameMac(other.mac, spec.mac)) throw conflict(`Port ${other.port} has MAC ${spec.mac}.`)
}

function sameMac(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase()
}

function conflict(message: string): SimulatorError {
  return new SimulatorError('NETWORK_CONFLICT', message)
}
