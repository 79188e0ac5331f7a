import { isIPv4 } from 'node:net'
import type { NetworkSpec, PortSpec } from '@basalt/contracts'
import { SimulatorError } from '@basalt/hypervisor-sim/faults'

const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i
const HOSTNAME = /^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.|$))*$/i
const HIGHEST_NETWORK_KEY = 16_777_214
const HIGHEST_PORT_KEY = 32_767

/** Refuses with `NETWORK_SPEC_INVALID` what a real network could not be told. */
export function requireValidNetwork(spec: NetworkSpec): void {
  const [address = '', length = '', ...rest] = spec.cidr.split('/')
  demand(isIPv4(address) && rest.length === 0 && /^([12]?\d|3[0-2])$/.test(length), 'an IPv4 network', spec.cidr)
  for (const one of [spec.gateway, ...spec.dnsServers]) demand(isIPv4(one), 'an IPv4 address', one)
  demand(MAC.test(spec.serverMac), 'a MAC address', spec.serverMac)
  demand(isWhole(spec.mtu, 68, 65_535), 'an MTU', spec.mtu)
  demand(isWhole(spec.leaseSeconds, 1, 4_294_967_295), 'a lease time', spec.leaseSeconds)
  demand(isWhole(spec.tunnelKey, 1, HIGHEST_NETWORK_KEY), 'the tunnel key of a network', spec.tunnelKey)
}

/** As {@link requireValidNetwork}, for a port. */
export function requireValidPort(spec: PortSpec): void {
  demand(isIPv4(spec.address), 'an IPv4 address', spec.address)
  demand(MAC.test(spec.mac), 'a MAC address', spec.mac)
  demand(HOSTNAME.test(spec.hostname), 'a host name', spec.hostname)
  demand(isWhole(spec.tunnelKey, 1, HIGHEST_PORT_KEY), 'the tunnel key of a port', spec.tunnelKey)
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isInteger(value) && value >= least && value <= most
}

function demand(holds: boolean, what: string, value: unknown): void {
  if (!holds) throw new SimulatorError('NETWORK_SPEC_INVALID', `${JSON.stringify(value)} is not ${what}.`)
}
