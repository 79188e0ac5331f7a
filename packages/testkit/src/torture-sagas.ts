/** Every saga of the platform, read from the cloud as it is composed; nothing is started or connected for that. */
import { composeCloud, createLog } from '@basalt/control-plane'
import type { AgentCalls } from '@basalt/infrastructure'
import { noCluster, openDatabase, unlimitedLease } from '@basalt/kernel'
import { createSimulatedNetwork } from '@basalt/network-sim/control'
import type { SagaDefinition } from '@basalt/saga'

/** The newest version of each saga, by name. */
export function registeredSagas(): Map<string, SagaDefinition> {
  const network = createSimulatedNetwork()
  const { kernel } = composeCloud({
    database: openDatabase('postgresql://127.0.0.1'),
    agents: {} as AgentCalls,
    openNetworkDriver: () => network.connect(),
    lease: unlimitedLease('sagas'),
    cluster: noCluster,
    mintToken: () => {
      throw new Error('nobody registers here')
    },
    issueJoinToken: () => {
      throw new Error('nobody joins here')
    },
    masterKey: Buffer.alloc(32),
    imageUrl: (image) => image,
    log: createLog(),
  })
  return new Map(kernel.sagas.map((saga) => [saga.name, saga]))
}
