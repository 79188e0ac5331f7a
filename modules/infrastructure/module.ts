/** The physical side: zones, fabrics, clusters, hosts. */
import { implement, invalidField, type Module } from '@basalt/kernel'
import { cluster } from './cluster/cluster.resource.ts'
import { fabric } from './fabric/fabric.resource.ts'
import type { Fabrics } from './fabric/fabrics.ts'
import { host } from './host/host.resource.ts'
import type { Registration } from './host/registration.ts'
import { infrastructureSettings } from './infrastructure.settings.ts'
import { zone } from './zone/zone.resource.ts'

export { createFabrics, type FabricRow, type Fabrics, type OpenNetworkDriver } from './fabric/fabrics.ts'
export type { HostRow } from './host/host.resource.ts'
export { type AgentCalls, driversOf, type HostDrivers } from './host/hosts.ts'
export { createPresence } from './host/presence.ts'
export { createRegistration, type MintToken, type Registration } from './host/registration.ts'
export { hostGraceMs, infrastructureSettings } from './infrastructure.settings.ts'

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

export function infrastructureModule(deps: { fabrics: Fabrics; registration: Registration }): Module {
  return {
    name: 'infrastructure',
    settings: infrastructureSettings,
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
    stop: () => deps.fabrics.close(),
  }
}
