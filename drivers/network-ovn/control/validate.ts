import { isIPv4 } from 'node:net'
import type { NetworkSpec, PortSpec } from '@basalt/contracts'
import { OvnNetworkError } from './errors.ts'

const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i

const LABEL = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?'
/** RFC 1123, section 2.1. */
const HOSTNAME = new RegExp(`^${LABEL}(\\.${LABEL})*$`, 'i')

function check(holds: boolean, what: string, value: unknown): void {
  if (!holds) throw new OvnNetworkError('NETWORK_SPEC_INVALID', `${JSON.stringify(value)} is not ${what}`)
}

const inRange = (value: number, low: number, high: number): boolean =>
  Number.isInteger(value) && value >= low && value <= high

function isCidr(text: string): boolean {
  const [address = '', length = '', ...rest] = text.split('/')
  return rest.length === 0 && isIPv4(address) && /^\d{1,2}$/.test(length) && Number(length) <= 32
}

/**
 * OVN reads addresses and options out of strings; a value that is not what it should be must not become a part of one.
 *
 * @throws {OvnNetworkError} `NETWORK_SPEC_INVALID`
 */
export function checkNetwork(spec: NetworkSpec): void {
  check(spec.network !== '', 'the id of a network', spec.network)
  check(isCidr(spec.cidr), 'an IPv4 network', spec.cidr)
  check(isIPv4(spec.gateway), 'an IPv4 address', spec.gateway)
  for (const server of spec.dnsServers) check(isIPv4(server), 'an IPv4 address', server)
  check(MAC.test(spec.serverMac), 'a MAC address', spec.serverMac)
  check(inRange(spec.mtu, 68, 65_535), 'an MTU', spec.mtu)
  check(inRange(spec.tunnelKey, 1, 16_777_214), 'a tunnel key from 1 to 16777214', spec.tunnelKey)
  check(inRange(spec.leaseSeconds, 1, 4_294_967_295), 'a lease time in seconds', spec.leaseSeconds)
}

/**
 * See {@link checkNetwork}.
 *
 * @throws {OvnNetworkError} `NETWORK_SPEC_INVALID`
 */
export function checkPort(spec: PortSpec): void {
  check(spec.port !== '', 'the id of a port', spec.port)
  check(MAC.test(spec.mac), 'a MAC address', spec.mac)
  check(isIPv4(spec.address), 'an IPv4 address', spec.address)
  check(inRange(spec.tunnelKey, 1, 32_767), 'a tunnel key from 1 to 32767', spec.tunnelKey)
  check(
    spec.hostname === '' || (spec.hostname.length <= 253 && HOSTNAME.test(spec.hostname)),
    'a host name',
    spec.hostname,
  )
  check(spec.chassis !== '', 'the name of a chassis', spec.chassis)
}
