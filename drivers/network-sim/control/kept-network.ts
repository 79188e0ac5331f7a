/** A simulated network that outlives its process, as a network outlives those who manage it. */
import { keepIn, savedIn } from '@basalt/hypervisor-sim/keep-file'
import { createSimulatedNetwork, type SimulatedNetwork, type SimulatedNetworkSnapshot } from './driver.ts'

export interface KeptNetwork {
  network: SimulatedNetwork
  /** Saves for the last time. */
  close(): Promise<void>
}

/** For hosts that are simulated elsewhere: ports come up by themselves. @param onError told when it could not be saved */
export async function keepSimulatedNetwork(file: string, onError: (error: Error) => void): Promise<KeptNetwork> {
  const network = createSimulatedNetwork({ autoUp: true, saved: await savedIn<SimulatedNetworkSnapshot>(file) })
  return { network, close: keepIn(file, network.snapshot, onError) }
}
