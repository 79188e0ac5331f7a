/** What documents tell of besides the kinds: routes that no kind derives, and settings. Nothing is started: only descriptions are read. */
import type { AgentCalls } from '@basalt/infrastructure'
import { type Kernel, noCluster, openDatabase, type Route, unlimitedLease } from '@basalt/kernel'
import type { Setting } from '@basalt/resource'
import { composeCloud } from './cloud.ts'
import { createLog } from './log.ts'
import { networkDrivers } from './network-drivers.ts'

function described(): Kernel {
  const { kernel } = composeCloud({
    // Connections are opened at the first query; there is none.
    database: openDatabase('postgres://localhost/none'),
    agents: {} as AgentCalls,
    openNetworkDriver: networkDrivers(() => {}),
    lease: unlimitedLease('none'),
    cluster: noCluster,
    mintToken: () => ({ token: '', secretHash: '' }),
    issueJoinToken: async () => ({ token: '', expiresAt: '', url: '' }),
    masterKey: Buffer.alloc(32),
    imageUrl: () => '',
    log: createLog({ write: () => {} }),
  })
  return kernel
}

/** Everything that the server answers. */
export function servedRoutes(): readonly Route[] {
  const { derived, routes } = described()
  return [...derived, ...routes]
}
export const extraRoutes = (): readonly Route[] => described().routes
export const allSettings = (): readonly Setting[] => described().settingDefinitions
