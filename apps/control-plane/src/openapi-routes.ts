/** Routes that no kind derives, as the OpenAPI document needs them. Nothing is started: only their descriptions are read. */
import type { AgentCalls } from '@basalt/infrastructure'
import { openDatabase, type Route } from '@basalt/kernel'
import { composeCloud } from './cloud.ts'
import { createLog } from './log.ts'
import { networkDrivers } from './network-drivers.ts'

export function extraRoutes(): readonly Route[] {
  const { kernel } = composeCloud({
    // Connections are opened at the first query; there is none.
    database: openDatabase('postgres://localhost/none'),
    agents: {} as AgentCalls,
    openNetworkDriver: networkDrivers(() => {}),
    node: 'none',
    epoch: 0,
    mintToken: () => ({ token: '', secretHash: '' }),
    masterKey: Buffer.alloc(32),
    imageUrl: () => '',
    hostGraceMs: 0,
    log: createLog({ write: () => {} }),
  })
  return kernel.routes
}
