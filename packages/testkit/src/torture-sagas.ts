/** Every saga of the platform, read from the cloud as it is composed; nothing is started or connected for that. */
import { composeCloud, createAgentCalls, createLog } from '@basalt/control-plane'
import { openDatabase } from '@basalt/kernel'
import { createSimulatedNetwork } from '@basalt/network-sim/control'
import type { SagaDefinition } from '@basalt/saga'
import { createAgentHub } from '@basalt/transport'

const NODE = 'sagas'

/** The newest version of each saga, by name. */
export function registeredSagas(): Map<string, SagaDefinition> {
  const network = createSimulatedNetwork()
  const { kernel } = composeCloud({
    database: openDatabase('postgresql://127.0.0.1'),
    agents: createAgentCalls(createAgentHub({ node: NODE, authorize: async () => undefined }), () => 0),
    openNetworkDriver: () => network.connect(),
    node: NODE,
    epoch: 0,
    mintToken: () => {
      throw new Error('nobody registers here')
    },
    masterKey: Buffer.alloc(32),
    imageUrl: (image) => image,
    log: createLog(),
  })
  return new Map(kernel.sagas.map((saga) => [saga.name, saga]))
}
