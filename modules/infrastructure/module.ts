/** The physical side: zones, fabrics, clusters, hosts. */
import { implement, invalidField, type Module } from '@basalt/kernel'
import { cluster } from './cluster/cluster.resource.ts'
import { examineFabrics } from './fabric/examine-fabrics.ts'
import { fabric } from './fabric/fabric.resource.ts'
import type { Fabrics } from './fabric/fabrics.ts'
import { abandonHost } from './host/abandon-host.saga.ts'
import { examineHosts } from './host/examine-hosts.ts'
import { bindHosts, type HostOptions, hostSlice } from './host/host.actions.ts'
import { host } from './host/host.resource.ts'
import { recoverHost } from './host/recover-host.saga.ts'
import type { Registration } from './host/registration.ts'
import { infrastructureSettings } from './infrastructure.settings.ts'
import { zone } from './zone/zone.resource.ts'

export { createFabrics, type FabricRow, type Fabrics, type OpenNetworkDriver } from './fabric/fabrics.ts'
export type { LostHostDuty, OnBehalf } from './host/host.deps.ts'
export type { HostRow } from './host/host.resource.ts'
export { type AgentCalls, driversOf, type HostDrivers } from './host/hosts.ts'
export { createPresence, type Presence } from './host/presence.ts'
export { createRegistration, type MintToken, type Registration } from './host/registration.ts'
export { hostGraceMs, infrastructureSettings } from './infrastructure.settings.ts'

export const infrastructureResources = [zone, fabric, cluster, host]

export function infrastructureModule(deps: HostOptions & { fabrics: Fabrics; registration: Registration }): Module {
  const hosts = examineHosts(deps)
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
      hostSlice(deps),
    ],
    sagas: [recoverHost, abandonHost],
    bind: (context) => bindHosts(deps, context),
    routes: [deps.registration.route],
    examiners: [hosts.examiner, examineFabrics(deps)],
    start: async () => hosts.start(),
    stop: () => deps.fabrics.close(),
  }
}
