import type { NetworkDifference, NetworkInventory, NetworkSpec, PortSpec } from '@basalt/contracts'
import type { OvnNb, OvsdbClient } from '@basalt/ovsdb'
import { dhcpOptions, switchColumns } from './networks.ts'
import { KIND, NETWORK, OUR_DHCP, OUR_NETWORKS, OUR_PORTS } from './ownership.ts'
import { OUR_OPTIONS, portColumns } from './ports.ts'

const PORT_COLUMNS = [
  '_uuid',
  'name',
  'addresses',
  'port_security',
  'dhcpv4_options',
  'options',
  'external_ids',
] as const

/** Everything of ours in the northbound database, read in one transaction. */
async function readAll(nb: OvsdbClient<OvnNb>, timeoutMs: number) {
  const found = await nb
    .transaction()
    .select('Logical_Switch', OUR_NETWORKS, ['name', 'ports', 'other_config', 'external_ids'])
    .select('DHCP_Options', OUR_DHCP, ['_uuid', 'cidr', 'options', 'external_ids'])
    .select('Logical_Switch_Port', OUR_PORTS, PORT_COLUMNS)
    .commit({ timeoutMs })
  return {
    switches: found.rows('Logical_Switch', 0),
    dhcp: found.rows('DHCP_Options', 1),
    ports: found.rows('Logical_Switch_Port', 2),
  }
}

type Found = Awaited<ReturnType<typeof readAll>>

/** Many switches and ports take the database longer than a change does. */
const COMPARE_TIMEOUT_MS = 60_000

/** What of ours in the northbound database differs from what is wanted. */
export async function compareWithOvn(
  nb: OvsdbClient<OvnNb>,
  wanted: NetworkInventory,
  only?: ReadonlySet<string>,
): Promise<NetworkDifference[]> {
  const found = await readAll(nb, COMPARE_TIMEOUT_MS)
  const isMeant = ({ id }: NetworkDifference): boolean => !only || only.has(id)
  return [...networkDifferences(wanted.networks, found), ...portDifferences(wanted.ports, found)].filter(isMeant)
}

function networkDifferences(wanted: readonly NetworkSpec[], { switches, dhcp }: Found): NetworkDifference[] {
  const byName = grouped(switches, (row) => row.name)
  const byNetwork = grouped(dhcp, (row) => row.external_ids[NETWORK] ?? '')
  const kind = 'network'
  const differences = wanted.flatMap((spec): NetworkDifference[] => {
    const id = spec.network
    const [rows, options] = [byName.get(id) ?? [], byNetwork.get(id) ?? []]
    const [row] = rows
    if (!row) return [{ kind, id, drift: 'missing', detail: 'is not there' }]
    const detail = [
      ...several(rows.length, 'logical switches'),
      ...several(options.length, 'sets of DHCP options'),
      ...(options.length === 0 ? ['has no DHCP options'] : []),
      ...unlike('has', switchColumns(spec).other_config, row.other_config),
      ...unlike('carries', switchColumns(spec).external_ids, row.external_ids),
      ...options.flatMap(({ cidr, options: has }) => [
        ...(cidr === spec.cidr ? [] : [`gives addresses of ${cidr}, not ${spec.cidr}`]),
        ...unlike('tells guests', dhcpOptions(spec), has),
        ...Object.keys(has).flatMap((name) => (name in dhcpOptions(spec) ? [] : [`tells guests ${name}`])),
      ]),
    ].join(', ')
    return detail ? [{ kind, id, drift: 'changed', detail }] : []
  })
  const known = new Set(wanted.map(({ network }) => network))
  const unwanted = [...new Set([...byName.keys(), ...byNetwork.keys()])].filter((id) => !known.has(id))
  return [
    ...differences,
    ...unwanted.map(
      (id): NetworkDifference => ({
        kind,
        id,
        drift: 'unwanted',
        detail: byName.has(id) ? 'is there' : 'has DHCP options there',
      }),
    ),
  ]
}

function portDifferences(wanted: readonly PortSpec[], { switches, dhcp, ports }: Found): NetworkDifference[] {
  const byName = grouped(ports, (row) => row.name)
  const switchesOf = new Map<unknown, string[]>()
  for (const { name, ports: inside } of switches)
    for (const port of inside) switchesOf.set(String(port), [...(switchesOf.get(String(port)) ?? []), name])
  const networkOfDhcp = new Map(dhcp.map((row) => [String(row._uuid), row.external_ids[NETWORK]]))
  const kind = 'port'
  const differences = wanted.flatMap((spec): NetworkDifference[] => {
    const id = spec.port
    const [row] = byName.get(id) ?? []
    if (!row) return [{ kind, id, drift: 'missing', detail: 'is not there' }]
    const columns = portColumns(spec)
    const homes = switchesOf.get(String(row._uuid)) ?? []
    const detail = [
      ...unlikeList('has the addresses', columns.addresses, row.addresses),
      ...unlikeList('lets through', columns.port_security, row.port_security),
      ...unlike('has', columns.options, row.options),
      ...OUR_OPTIONS.flatMap((name) => (name in row.options && !(name in columns.options) ? [`has ${name}`] : [])),
      ...unlikeList('is on the switches', [spec.network], homes),
      ...(networkOfDhcp.get(String(row.dhcpv4_options)) === spec.network ? [] : ['has other DHCP options']),
      ...unlike('carries', { [KIND]: 'port', [NETWORK]: spec.network }, row.external_ids),
    ].join(', ')
    return detail ? [{ kind, id, drift: 'changed', detail }] : []
  })
  const known = new Set(wanted.map(({ port }) => port))
  const unwanted = [...byName.keys()].filter((id) => !known.has(id))
  return [
    ...differences,
    ...unwanted.map((id): NetworkDifference => ({ kind, id, drift: 'unwanted', detail: 'is there' })),
  ]
}

function grouped<Row>(rows: readonly Row[], keyOf: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>()
  for (const row of rows) groups.set(keyOf(row), [...(groups.get(keyOf(row)) ?? []), row])
  return groups
}

const several = (count: number, what: string): string[] => (count > 1 ? [`has ${count} ${what}`] : [])

/** Entries of a map that are not as wanted; others that somebody keeps in it are left alone. */
const unlike = (
  verb: string,
  wanted: Readonly<Record<string, string>>,
  found: Readonly<Record<string, string>>,
): string[] =>
  Object.entries(wanted).flatMap(([name, value]) =>
    found[name] === value ? [] : [`${verb} ${name} ${found[name] ?? 'not at all'}, not ${value}`],
  )

function unlikeList(verb: string, wanted: readonly string[], found: readonly string[]): string[] {
  const [is, should] = [[...found].sort().join(' and '), [...wanted].sort().join(' and ')]
  return is === should ? [] : [`${verb} ${is || 'nothing'}, not ${should}`]
}
