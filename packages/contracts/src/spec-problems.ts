/**
 * What no driver of an interface may be told, so that simulated drivers refuse what real ones refuse. Ids become names of files and
 * domains, addresses and names become part of options and actions: a value that is not what it should be must not get there.
 */
import { isIPv4 } from 'node:net'
import type { DomainSpec } from './hypervisor.ts'
import type { NetworkSpec, PortSpec } from './network.ts'

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/
const MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i
const LOWER_CASE_MAC = /^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/

const LABEL = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?'
/** RFC 1123, section 2.1. */
const HOSTNAME = new RegExp(`^${LABEL}(\\.${LABEL})*$`, 'i')
const LONGEST_HOSTNAME = 253

/** The first thing wrong with a network, as a sentence without its full stop; undefined when all is well. */
export function networkProblem(spec: NetworkSpec): string | undefined {
  return firstProblem([
    [spec.network !== '', 'the id of a network', spec.network],
    [isCidr(spec.cidr), 'an IPv4 network', spec.cidr],
    ...[spec.gateway, ...spec.dnsServers].map((each) => [isIPv4(each), 'an IPv4 address', each] as const),
    [MAC.test(spec.serverMac), 'a MAC address', spec.serverMac],
    [isMtu(spec.mtu), 'an MTU', spec.mtu],
    [isWhole(spec.tunnelKey, 1, 16_777_214), 'a tunnel key from 1 to 16777214', spec.tunnelKey],
    [isWhole(spec.leaseSeconds, 1, 4_294_967_295), 'a lease time in seconds', spec.leaseSeconds],
  ])
}

/** As {@link networkProblem}, for a port. An empty host name means none. */
export function portProblem(spec: PortSpec): string | undefined {
  const { hostname } = spec
  return firstProblem([
    [spec.port !== '', 'the id of a port', spec.port],
    [MAC.test(spec.mac), 'a MAC address', spec.mac],
    [isIPv4(spec.address), 'an IPv4 address', spec.address],
    [isWhole(spec.tunnelKey, 1, 32_767), 'a tunnel key from 1 to 32767', spec.tunnelKey],
    [hostname === '' || (hostname.length <= LONGEST_HOSTNAME && HOSTNAME.test(hostname)), 'a host name', hostname],
    [spec.chassis !== '', 'the name of a chassis', spec.chassis],
  ])
}

/** As {@link networkProblem}, for a guest. */
export function domainProblem({ vm, vcpus, memoryBytes, disks, nics }: DomainSpec): string | undefined {
  const ids = [vm, ...disks.map(({ volume }) => volume), ...nics.map(({ nic }) => nic)]
  const indexes = disks.map(({ index }) => index)
  return firstProblem([
    ...ids.map((id) => [isId(id), 'a UUID in lower case', id] as const),
    [isWhole(vcpus, 1, 1024), 'a number of vCPUs', vcpus],
    [isWhole(memoryBytes, 1024 ** 2, Number.MAX_SAFE_INTEGER), 'a size of memory in bytes', memoryBytes],
    ...indexes.map((index) => [isWhole(index, 0, 1024), 'the index of a disk', index] as const),
    [new Set(indexes).size === indexes.length, 'a list of different disk indexes', indexes],
    ...nics.map(({ mac }) => [LOWER_CASE_MAC.test(mac), 'a MAC address in lower case', mac] as const),
    ...nics.map(({ mtu }) => [isMtu(mtu), 'an MTU', mtu] as const),
  ])
}

/** Whether it is an id as ours are: a UUID in lower case. */
export function isId(value: unknown): boolean {
  return typeof value === 'string' && UUID.test(value)
}

/** Whether something holds, and else what `value` is not. */
type Demand = readonly [holds: boolean, what: string, value: unknown]

function firstProblem(demands: readonly Demand[]): string | undefined {
  const broken = demands.find(([holds]) => !holds)
  if (broken === undefined) return undefined
  const [, what, value] = broken
  return `${typeof value === 'number' ? value : JSON.stringify(value)} is not ${what}`
}

function isCidr(text: string): boolean {
  const [address = '', length = '', ...rest] = text.split('/')
  return rest.length === 0 && isIPv4(address) && /^\d{1,2}$/.test(length) && Number(length) <= 32
}

function isMtu(value: number): boolean {
  return isWhole(value, 68, 65_535)
}

function isWhole(value: number, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= least && value <= most
}
