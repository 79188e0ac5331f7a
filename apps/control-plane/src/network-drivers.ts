/** Opens the network driver that a fabric names. */
import type { OpenNetworkDriver } from '@basalt/infrastructure'
import { createOvnNetworkDriver } from '@basalt/network-ovn/control'
import { createSimulatedNetwork, type SimulatedNetwork } from '@basalt/network-sim/control'

/** @param simulated the network that fabrics of the driver "simulated" share; hosts are simulated elsewhere, so ports come up by themselves */
export function networkDrivers(
  simulated: SimulatedNetwork = createSimulatedNetwork({ autoUp: true }),
): OpenNetworkDriver {
  return ({ driver, northbound }) =>
    driver === 'simulated' ? simulated.connect() : createOvnNetworkDriver({ nb: northbound.split(',') })
}
