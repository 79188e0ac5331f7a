/** The physical side: zones, fabrics, clusters, hosts. */
import { implement, invalidField, type Module, type Store } from '@basalt/kernel'
import { cluster } from './cluster/cluster.resource.ts'
import { examineFabrics } from './fabric/examine-fabrics.ts'
import { fabric } from './fabric/fabric.resource.ts'
import type { Fabrics } from './fabric/fabrics.ts'
import { examineHosts } from './host/examine-hosts.ts'
import { host } from './host/host.resource.ts'
import type { AgentCalls } from './host/hosts.ts'
import type { Registration } from './host/registration.ts'
import { zone } from './zone/zone.resource.ts'

export { createFabrics, type FabricRow, type Fabrics, type OpenNetworkDriver } from './fabric/fabrics.ts'
export type { HostRow } from './host/host.resource.ts'
export { type AgentCalls, driversOf, type HostDrivers } from './host/hosts.ts'
export { createPresence } from './host/presence.ts'
export { createRegistration, type MintToken, type Registration } from './host/registration.ts'

export const infrastructureResources = [zone, fabric, cluster, host]

/** What a host is before its agent has told. */
const UNKNOWN_HOST = {
  enabled: true,
  hostname: '',
  chassis: '',
  tunnelAddress: '',
  virtualization: 'unknown',
  virtualizationReason: '',
  cpuModel: '',
  cpuCount: 0,
  memoryBytes: 0,
  vcpuCapacity: 0,
  memoryCapacityBytes: 0,
  vcpusReserved: 0,
  memoryReservedBytes: 0,
  agentVersion: '',
  versions: {},
}

export interface InfrastructureDeps {
  store: Store
  agents: AgentCalls
  fabrics: Fabrics
  registration: Registration
}

export function infrastructureModule(deps: InfrastructureDeps): Module {
  const hosts = examineHosts(deps)
  return {
    name: 'infrastructure',
    slices: [
      implement(zone),
      implement(fabric, {
        create: {
          async short({ input }) {
            if ((input.lastTunnelKey ?? 0) < (input.firstTunnelKey ?? 0))
              throw invalidField('lastTunnelKey', 'is below the first one', 'Swap the two.')
            await deps.fabrics.probe({ driver: input.driver, northbound: input.northbound ?? '' })
            return undefined
          },
        },
      }),
      implement(cluster),
      implement(host, {
        create: { short: async () => ({ set: UNKNOWN_HOST }) },
        enable: { short: async () => ({ set: { enabled: true } }) },
        disable: { short: async () => ({ set: { enabled: false } }) },
      }),
    ],
    routes: [deps.registration.route],
    examiners: [hosts.examiner, examineFabrics(deps)],
    start: async () => hosts.start(),
    stop: () => deps.fabrics.close(),
  }
}
