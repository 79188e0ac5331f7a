/** OVN's driver keeps its whole contract from within its thread. */
import type { NetworkDriver } from '@basalt/contracts'
import { networkContract } from '@basalt/testkit/contracts'
import { startCentral } from '../../../drivers/network-ovn/control/test-central.ts'
import { networkDrivers } from './network-drivers.ts'

networkContract('[core.isolation] OVN in a thread keeps the contract of virtual networks', async () => {
  const central = await startCentral()
  const open = networkDrivers(() => {})
  const connect = (): NetworkDriver => open({ driver: 'ovn', northbound: central.nbServer.endpoint })
  const [driver, otherNode] = [connect(), connect()]
  const chassis = ['host-1', 'host-2'] as const
  for (const name of chassis) await central.addChassis(name)
  return {
    driver,
    otherNode,
    chassis,
    plug: async (port, name) => central.interfaces.plug(port, name),
    unplug: async (port) => central.interfaces.unplug(port),
    async close() {
      await driver.close()
      await otherNode.close()
      await central.dispose()
    },
  }
})
