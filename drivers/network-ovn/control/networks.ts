import type { NetworkSpec } from '@basalt/contracts'
import type { OvnNb, OvsdbClient, Transaction } from '@basalt/ovsdb'
import { OvnNetworkError } from './errors.ts'
import { dhcpOf, KIND, NETWORK, networkNamed, TITLE } from './ownership.ts'

/**
 * DHCPv4 options of a subnet (ovn-nb(5), DHCP_Options). OVN answers on the host of the guest itself; `server_id` and
 * `server_mac` are whom the guest believes to talk to.
 */
export function dhcpOptions(spec: NetworkSpec): Record<string, string> {
  const options = {
    server_id: spec.gateway,
    server_mac: spec.serverMac,
    router: spec.gateway,
    lease_time: String(spec.leaseSeconds),
    mtu: String(spec.mtu),
  }
  return spec.dnsServers.length === 0 ? options : { ...options, dns_server: `{${spec.dnsServers.join(', ')}}` }
}

const TUNNEL_KEY = 'requested-tnl-key'

/** What a logical switch has of a network; others may keep more in the same columns. */
export const switchColumns = (spec: NetworkSpec) => ({
  other_config: { [TUNNEL_KEY]: String(spec.tunnelKey) },
  external_ids: { [KIND]: 'network', [TITLE]: spec.title },
})

/** Adds what makes the logical switch of a network be as specified. Settings that others keep in it stay. */
export async function planNetwork(
  nb: OvsdbClient<OvnNb>,
  spec: NetworkSpec,
  transaction: Transaction<OvnNb>,
): Promise<void> {
  await planSwitch(nb, spec, transaction)
  await planDhcp(nb, spec, transaction)
}

async function planSwitch(nb: OvsdbClient<OvnNb>, spec: NetworkSpec, transaction: Transaction<OvnNb>): Promise<void> {
  const [existing] = await nb.select('Logical_Switch', networkNamed(spec.network))
  const { other_config: otherConfig, external_ids: ids } = switchColumns(spec)
  if (existing === undefined) {
    transaction
      .wait('Logical_Switch', networkNamed(spec.network), '==', [])
      .insert('Logical_Switch', { name: spec.network, other_config: otherConfig, external_ids: ids })
    return
  }
  const row = { _uuid: existing._uuid }
  transaction
    .wait('Logical_Switch', row, '!=', [])
    .mutate(
      'Logical_Switch',
      row,
      ['other_config', 'delete', [TUNNEL_KEY]],
      ['other_config', 'insert', otherConfig],
      ['external_ids', 'delete', [TITLE]],
      ['external_ids', 'insert', ids],
    )
}

async function planDhcp(nb: OvsdbClient<OvnNb>, spec: NetworkSpec, transaction: Transaction<OvnNb>): Promise<void> {
  const [existing, ...others] = await nb.select('DHCP_Options', dhcpOf(spec.network))
  const columns = { cidr: spec.cidr, options: dhcpOptions(spec) }
  if (existing === undefined) {
    transaction
      .wait('DHCP_Options', dhcpOf(spec.network), '==', [])
      .insert('DHCP_Options', { ...columns, external_ids: { [KIND]: 'dhcp', [NETWORK]: spec.network } })
    return
  }
  const row = { _uuid: existing._uuid }
  transaction.wait('DHCP_Options', row, '!=', []).update('DHCP_Options', row, columns)
  for (const { _uuid } of others) transaction.delete('DHCP_Options', { _uuid })
}

/**
 * Adds what removes a network.
 *
 * @throws {OvnNetworkError} `NETWORK_IN_USE`
 */
export async function planNetworkRemoval(
  nb: OvsdbClient<OvnNb>,
  network: string,
  transaction: Transaction<OvnNb>,
): Promise<void> {
  const [existing] = await nb.select('Logical_Switch', networkNamed(network))
  if (existing !== undefined) {
    const ports = existing.ports.length
    if (ports > 0) throw new OvnNetworkError('NETWORK_IN_USE', `network ${network} has ${ports} ports`)
    // A port made since then would silently go with the switch.
    transaction
      .wait('Logical_Switch', networkNamed(network), '==', [{ ports: [] }])
      .delete('Logical_Switch', networkNamed(network))
  }
  transaction.delete('DHCP_Options', dhcpOf(network))
}
