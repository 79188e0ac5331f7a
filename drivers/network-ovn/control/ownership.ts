/**
 * How our rows are told from foreign ones: `external_ids:basalt-kind`, and the network they belong to in
 * `external_ids:basalt-network`. Every condition below includes the kind, so that what is not ours is never touched.
 */
export const KIND = 'basalt-kind'
export const NETWORK = 'basalt-network'
export const TITLE = 'basalt-title'

type OwnedKind = 'network' | 'port' | 'dhcp'

const kindIs = (kind: OwnedKind) => ['external_ids', 'includes', { [KIND]: kind }] as const

/** Our logical switch of a network. */
export const networkNamed = (network: string) => [['name', '==', network], kindIs('network')] as const

/** Our logical port of a nic. */
export const portNamed = (port: string) => [['name', '==', port], kindIs('port')] as const

/** The DHCP options of a network. */
export const dhcpOf = (network: string) =>
  [kindIs('dhcp'), ['external_ids', 'includes', { [NETWORK]: network }]] as const

/** All our networks. */
export const OUR_NETWORKS = [kindIs('network')] as const

/** All our ports. */
export const OUR_PORTS = [kindIs('port')] as const

/** The DHCP options of all our networks. */
export const OUR_DHCP = [kindIs('dhcp')] as const
