import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { output } from './command.ts'
import { AgentError } from './errors.ts'

/** What the host's Open vSwitch says of itself. */
export interface SwitchFacts {
  version: string | undefined
  /** `external_ids:system-id`, by which OVN knows the chassis. */
  chassis: string | undefined
  /** `external_ids:ovn-encap-ip`, the address of its tunnel end. */
  tunnelAddress: string | undefined
  datapath: 'kernel' | 'userspace'
}

const vsctlAt =
  (socketPath: string) =>
  (...args: string[]): Promise<string> =>
    output('ovs-vsctl', [`--db=unix:${socketPath}`, '--timeout=5', ...args])

/** Reads them. @throws AgentError OPEN_VSWITCH_UNAVAILABLE */
export async function readSwitchFacts(socketPath: string, bridge: string): Promise<SwitchFacts> {
  const vsctl = vsctlAt(socketPath)
  try {
    const columns = '--columns=external_ids,ovs_version'
    const { externalIds, version } = parseSwitchRow(await vsctl('--format=json', columns, 'list', 'Open_vSwitch'))
    const ofBridge = parseAtom(await vsctl('--if-exists', 'get', 'Bridge', bridge, 'datapath_type'))
    // Before ovn-controller has made the bridge, its wish tells what the bridge will be.
    const datapathType = ofBridge ?? externalIds['ovn-bridge-datapath-type']
    return {
      version,
      chassis: externalIds['system-id'],
      tunnelAddress: externalIds['ovn-encap-ip'],
      datapath: datapathType === 'netdev' ? 'userspace' : 'kernel',
    }
  } catch (cause) {
    const message = `Open vSwitch does not answer: ${(cause as Error).message}`
    throw new AgentError('OPEN_VSWITCH_UNAVAILABLE', message, 'Start openvswitch-switch on the host.', { cause })
  }
}

/**
 * Removes the ports of guests that ended with the host's power: Open vSwitch remembers them, with the name of the logical
 * port that a new guest may have by now. Ports of running guests have a network device. Returns the names of those removed.
 */
export async function removeStalePorts(socketPath: string, bridge: string): Promise<string[]> {
  const vsctl = vsctlAt(socketPath)
  const rows = parseRows(await vsctl('--format=json', '--columns=name,external_ids', 'list', 'Interface'))
  const stale = rows.flatMap(({ name, external_ids: ids }) =>
    // libvirt writes vm-id on the ports that it makes.
    typeof name === 'string' && 'vm-id' in mapOf(ids) && !existsSync(join('/sys/class/net', name)) ? [name] : [],
  )
  for (const name of stale) await vsctl('--no-wait', '--if-exists', 'del-port', bridge, name)
  return stale
}

/** Reads what `ovs-vsctl --format=json list` printed: cells by column, in RFC 7047 notation. */
function parseRows(json: string): Record<string, unknown>[] {
  const { headings, data } = JSON.parse(json) as { headings: string[]; data: unknown[][] }
  return data.map((cells) => Object.fromEntries(headings.map((heading, index) => [heading, cells[index]])))
}

/** A map cell, `["map", [[key, value], ...]]`. */
function mapOf(cell: unknown): Record<string, string> {
  return Array.isArray(cell) && cell[0] === 'map' ? Object.fromEntries(cell[1] as [string, string][]) : {}
}

/** Reads the only row of the table Open_vSwitch. */
export function parseSwitchRow(json: string): { externalIds: Record<string, string>; version: string | undefined } {
  const [row = {}] = parseRows(json)
  const version = row.ovs_version
  return { externalIds: mapOf(row.external_ids), version: typeof version === 'string' ? version : undefined }
}

/** `ovs-vsctl get` quotes a string where it must; an absent or empty value is undefined. */
function parseAtom(text: string): string | undefined {
  const value = text.trim().replace(/^"(.*)"$/, '$1')
  return value === '' || value === '[]' ? undefined : value
}
