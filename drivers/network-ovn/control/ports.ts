import type { PortSpec } from '@basalt/contracts'
import { named, type OvnNb, type OvsdbClient, type Transaction, type Uuid } from '@basalt/ovsdb'
import { OvnNetworkError } from './errors.ts'
import { dhcpOf, KIND, NETWORK, networkNamed, portNamed } from './ownership.ts'

/**
 * Name of no chassis. Without `requested-chassis` any chassis may claim a port; a port that is on no host must not be
 * claimed by one that still, or again, has an interface with its id.
 */
export const NO_CHASSIS = 'basalt-none'

/** Options of a port that are ours alone. */
export const OUR_OPTIONS = ['requested-chassis', 'requested-tnl-key', 'hostname'] as const

function portOptions(spec: PortSpec): Readonly<Record<string, string>> {
  const options = {
    'requested-chassis': spec.chassis ?? NO_CHASSIS,
    'requested-tnl-key': String(spec.tunnelKey),
  }
  // northd pastes the value into an OVN action: without the quotes every DHCP flow of the port would be thrown away.
  return spec.hostname === '' ? options : { ...options, hostname: `"${spec.hostname}"` }
}

/** What a logical port has of a nic, besides its place in a switch and its DHCP options. */
export function portColumns(spec: PortSpec) {
  const address = `${spec.mac} ${spec.address}`
  return { addresses: [address], port_security: [address], options: portOptions(spec) }
}

/** The network's rows a port refers to. */
async function findNetwork(nb: OvsdbClient<OvnNb>, network: string) {
  const found = await nb
    .transaction()
    .select('Logical_Switch', networkNamed(network), ['_uuid', 'name'])
    .select('DHCP_Options', dhcpOf(network), ['_uuid'])
    .commit()
  const [logicalSwitch] = found.rows('Logical_Switch', 0)
  const [dhcp] = found.rows('DHCP_Options', 1)
  if (logicalSwitch === undefined || dhcp === undefined) {
    throw new OvnNetworkError('NETWORK_NOT_FOUND', `there is no network ${network}`)
  }
  return { switch: logicalSwitch._uuid, dhcp: dhcp._uuid }
}

/**
 * Adds what makes the logical port of a nic be as specified. `port_security` lets nothing but its own MAC and address
 * out. Options that others keep in it stay.
 *
 * @throws {OvnNetworkError} `NETWORK_NOT_FOUND`
 */
export async function planPort(nb: OvsdbClient<OvnNb>, spec: PortSpec, transaction: Transaction<OvnNb>): Promise<void> {
  const network = await findNetwork(nb, spec.network)
  const [existing] = await nb.select('Logical_Switch_Port', portNamed(spec.port))
  const { options, ...own } = portColumns(spec)
  const columns = { ...own, dhcpv4_options: network.dhcp }
  const ids = { [KIND]: 'port', [NETWORK]: spec.network }
  transaction
    .wait('Logical_Switch', { _uuid: network.switch }, '!=', [])
    .wait('DHCP_Options', { _uuid: network.dhcp }, '!=', [])
  if (existing === undefined) {
    transaction
      .wait('Logical_Switch_Port', portNamed(spec.port), '==', [])
      .insert('Logical_Switch_Port', { name: spec.port, ...columns, options, external_ids: ids }, 'port')
      .mutate('Logical_Switch', { _uuid: network.switch }, ['ports', 'insert', [named('Logical_Switch_Port', 'port')]])
    return
  }
  const row = { _uuid: existing._uuid }
  transaction
    .wait('Logical_Switch_Port', row, '!=', [])
    .update('Logical_Switch_Port', row, columns)
    .mutate(
      'Logical_Switch_Port',
      row,
      ['options', 'delete', OUR_OPTIONS],
      ['options', 'insert', options],
      ['external_ids', 'delete', [NETWORK]],
      ['external_ids', 'insert', ids],
    )
  // Whatever its row says of its network, it may have got into another one.
  transaction
    .mutate(
      'Logical_Switch',
      [
        ['ports', 'includes', [existing._uuid]],
        ['_uuid', '!=', network.switch],
      ],
      ['ports', 'delete', [existing._uuid]],
    )
    .mutate('Logical_Switch', { _uuid: network.switch }, ['ports', 'insert', [existing._uuid]])
}

/** Takes a port out of every switch that has it; a port in no switch is removed by the database itself. */
function planDetach(port: Uuid<'Logical_Switch_Port'>, transaction: Transaction<OvnNb>): void {
  transaction.mutate('Logical_Switch', [['ports', 'includes', [port]]], ['ports', 'delete', [port]])
}

/** Adds what removes a port. */
export async function planPortRemoval(
  nb: OvsdbClient<OvnNb>,
  port: string,
  transaction: Transaction<OvnNb>,
): Promise<void> {
  const [existing] = await nb.select('Logical_Switch_Port', portNamed(port))
  if (existing !== undefined) planDetach(existing._uuid, transaction)
}
