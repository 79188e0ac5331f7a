/** The most hosts one lab can number: the halves of its /24 hold 126 addresses each, some are the lab's own. */
export const MAX_HOSTS = 99

/** The addresses of the external network, the same in each lab: it lives in a namespace of its own. */
export const EXTERNAL_ADDRESS = '203.0.113.254'
export const EXTERNAL_PREFIX_LENGTH = 24
export const EXTERNAL_ADDRESS_V6 = '2001:db8:ff::254'

/** The addresses of one lab: 10.99.index.0/25 is its underlay (tunnels), 10.99.index.128/25 its management network. */
export interface LabAddresses {
  subnet: string
  underlay(hostNumber: number): string
  management(hostNumber: number): string
  /** Where the hosts find the OVN databases. */
  central: string
  /** The root namespace's own address: where the control plane listens. */
  root: string
}

export const HALF_PREFIX_LENGTH = 25

/** The address plan of the lab with this index (0-255). */
export function labAddresses(index: number): LabAddresses {
  const base = `10.99.${index}`
  return {
    subnet: `${base}.0/24`,
    underlay: (hostNumber) => `${base}.${hostNumber}`,
    management: (hostNumber) => `${base}.${128 + hostNumber}`,
    central: `${base}.253`,
    root: `${base}.254`,
  }
}

const MAC_KINDS = { underlay: 1, management: 2, external: 3, physicalBridge: 4, externalBridge: 5 } as const

/** A locally administered MAC address that a host keeps when it is revived, so that neighbours' caches stay true. */
export function macAddress(index: number, kind: keyof typeof MAC_KINDS, hostNumber: number): string {
  return ['02', '62', index, MAC_KINDS[kind], 0, hostNumber]
    .map((part) => (typeof part === 'string' ? part : part.toString(16).padStart(2, '0')))
    .join(':')
}

/** Whether an IPv4 route destination as `ip route` prints it (`10.99.3.0/24`, `10.99.3.7`) meets the lab's subnet. */
export function meetsSubnet(destination: string, index: number): boolean {
  const [address = '', length = '32'] = destination.split('/')
  const prefixLength = Math.min(Number(length), 24)
  if (!/^\d+\.\d+\.\d+\.\d+$/.test(address) || prefixLength === 0) return false
  const mask = (0xffffffff << (32 - prefixLength)) >>> 0
  return (toNumber(address) & mask) >>> 0 === (toNumber(`10.99.${index}.0`) & mask) >>> 0
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0)
}
