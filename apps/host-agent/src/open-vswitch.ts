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

/** Reads them. @throws AgentError OPEN_VSWITCH_UNAVAILABLE */
export async function readSwitchFacts(socketPath: string, bridge: string): Promise<SwitchFacts> {
  const vsctl = (...args: string[]) => output('ovs-vsctl', [`--db=unix:${socketPath}`, '--timeout=5', ...args])
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

/** Reads the only row that `ovs-vsctl --format=json` printed (RFC 7047 notation: maps as `["map", [[key, value], ...]]`). */
export function parseSwitchRow(json: string): { externalIds: Record<string, string>; version: string | undefined } {
  const { headings, data } = JSON.parse(json) as { headings: string[]; data: unknown[][] }
  const cell = (name: string) => data[0]?.[headings.indexOf(name)]
  const map = cell('external_ids')
  const pairs = Array.isArray(map) && map[0] === 'map' ? (map[1] as [string, string][]) : []
  const version = cell('ovs_version')
  return { externalIds: Object.fromEntries(pairs), version: typeof version === 'string' ? version : undefined }
}

/** `ovs-vsctl get` quotes a string where it must; an absent or empty value is undefined. */
function parseAtom(text: string): string | undefined {
  const value = text.trim().replace(/^"(.*)"$/, '$1')
  return value === '' || value === '[]' ? undefined : value
}
