import { named } from '@basalt/ovsdb'
import { networkContract } from '@basalt/testkit/contracts'
import { createOvnNetworkDriver } from './driver.ts'
import { startCentral, type TestCentral } from './test-central.ts'

networkContract('[l3.network] OVN keeps the contract of virtual networks', async () => {
  const central = await startCentral()
  const connect = () => createOvnNetworkDriver({ nb: [central.nbServer.endpoint] })
  const [driver, otherNode] = [connect(), connect()]
  const chassis = ['host-1', 'host-2'] as const
  for (const name of chassis) await central.addChassis(name)
  return {
    driver,
    otherNode,
    chassis,
    plug: async (port, name) => central.interfaces.plug(port, name),
    unplug: async (port) => central.interfaces.unplug(port),
    makeForeign: () => makeForeign(central),
    async close() {
      await driver.close()
      await otherNode.close()
      await central.dispose()
    },
  }
})

/** What an operator or another program may keep in the same database. */
async function makeForeign({ nb }: TestCentral): Promise<() => Promise<boolean>> {
  await nb
    .transaction()
    // Else ovn-northd writes that it is down.
    .insert('Logical_Switch_Port', { name: 'foreign-port', up: false }, 'port')
    .insert('Logical_Switch', { name: 'foreign', ports: [named('Logical_Switch_Port', 'port')] })
    .insert('DHCP_Options', { cidr: '10.0.0.0/8' })
    .commit()
  const stored = async () => [
    await nb.select('Logical_Switch', { name: 'foreign' }),
    await nb.select('Logical_Switch_Port', { name: 'foreign-port' }),
    await nb.select('DHCP_Options', { cidr: '10.0.0.0/8' }),
  ]
  const before = JSON.stringify(await stored())
  return async () => JSON.stringify(await stored()) === before
}
