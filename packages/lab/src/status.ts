import { labAddresses } from './addresses.ts'
import type { LabNode } from './namespace.ts'
import { isAlive } from './process.ts'
import type { DatapathType, LabState, LinkName } from './state.ts'

/** Whether each daemon or service of a node runs. */
export type ProcessStatus = Record<string, 'running' | 'stopped'>

/** A host as `status` shows it. */
export interface HostStatus {
  name: string
  power: 'on' | 'off'
  running: boolean
  chassisId: string
  underlayAddress?: string
  managementAddress?: string
  cutLinks: LinkName[]
  processes: ProcessStatus
}

/** A lab as `status` shows it. `degraded`: something that should run does not. */
export interface LabStatus {
  name: string
  state: 'down' | 'up' | 'degraded'
  subnet?: string
  managementAddress?: string
  datapath?: DatapathType
  central: ProcessStatus
  external: boolean
  hosts: HostStatus[]
}

/** Looks at the processes of the lab; changes nothing. */
export function labStatus(name: string, state: LabState | undefined, nodeOf: (name: string) => LabNode): LabStatus {
  if (!state) return { name, state: 'down', central: {}, external: false, hosts: [] }
  const addresses = state.index === undefined ? undefined : labAddresses(state.index)
  const hosts = state.hosts.map(
    (host): HostStatus => ({
      name: host.name,
      power: host.power,
      running: nodeOf(host.name).isRunning(),
      chassisId: host.chassisId,
      underlayAddress: addresses?.underlay(host.number),
      managementAddress: addresses?.management(host.number),
      cutLinks: host.cutLinks,
      processes: processStatus(state, host.name),
    }),
  )
  const nodes = ['fabric', 'central', ...(state.external ? ['external'] : [])]
  const central = processStatus(state, 'central')
  const healthy =
    nodes.every((each) => nodeOf(each).isRunning()) &&
    allRunning(central) &&
    hosts.every((host) => host.power === 'off' || (host.running && allRunning(host.processes)))
  return {
    name,
    state: healthy ? 'up' : 'degraded',
    subnet: addresses?.subnet,
    managementAddress: addresses?.root,
    datapath: state.datapath,
    central,
    external: state.external,
    hosts,
  }
}

function processStatus(state: LabState, node: string): ProcessStatus {
  const entries = Object.entries(state.nodes[node]?.processes ?? {})
  return Object.fromEntries(entries.map(([name, identity]) => [name, isAlive(identity) ? 'running' : 'stopped']))
}

function allRunning(processes: ProcessStatus): boolean {
  return Object.values(processes).every((each) => each === 'running')
}
