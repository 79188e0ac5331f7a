/** Opens the network driver that a fabric names. */
import type { NetworkDriver } from '@basalt/contracts'
import type { OpenNetworkDriver } from '@basalt/infrastructure'
import { createSimulatedNetwork, type SimulatedNetwork } from '@basalt/network-sim/control'
import { dialSimulatedNetwork } from '@basalt/network-sim/served'
import { type IsolationOptions, isolatedDriver } from './driver-thread/isolated-driver.ts'

/** Longer than OVN's own deadline of 10 s, which says more. */
const CHANGE_MS = 15_000
const HEALTH_MS = 5_000
/** Reads the whole network. */
const COMPARE_MS = 60_000
/** Beyond what the caller itself is ready to wait. */
const MARGIN_MS = 5_000

/** Every method of a network driver, and how long it may take. */
export const NETWORK_METHODS: IsolationOptions<NetworkDriver>['methods'] = {
  takeLease: () => CHANGE_MS,
  ensureNetwork: () => CHANGE_MS,
  removeNetwork: () => CHANGE_MS,
  ensurePort: () => CHANGE_MS,
  removePort: () => CHANGE_MS,
  waitPortUp: ([, timeoutMs]: unknown[]) => (timeoutMs as number) + MARGIN_MS,
  list: () => CHANGE_MS,
  compare: () => COMPARE_MS,
  health: () => HEALTH_MS,
  close: () => HEALTH_MS,
}

/**
 * OVN's driver works in a thread for each fabric. The simulated one is a plain object of this process: it computes nothing, and its
 * network would be lost with its thread. Where several nodes share one, the fabric says where it is served.
 * @param simulated the network that this node's other fabrics of the driver "simulated" share; hosts are simulated elsewhere, so ports come
 *   up by themselves
 */
export function networkDrivers(
  log: IsolationOptions<NetworkDriver>['log'],
  simulated: SimulatedNetwork = createSimulatedNetwork({ autoUp: true }),
): OpenNetworkDriver {
  return ({ driver, northbound }) =>
    driver === 'simulated'
      ? northbound
        ? dialSimulatedNetwork(northbound)
        : simulated.connect()
      : isolatedDriver<NetworkDriver>({
          source: {
            module: '@basalt/network-ovn/control',
            factory: 'createOvnNetworkDriver',
            options: { nb: northbound.split(',') },
          },
          title: 'OVN',
          methods: NETWORK_METHODS,
          log,
        })
}
