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
    tamper: (network, port) => tamper(central, network, port),
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

/** A port in a foreign switch with a free address and options of its own; a network with options twice. */
async function tamper({ nb }: TestCentral, network: string, port: string): Promise<void> {
  const [row] = await nb.select('Logical_Switch_Port', { name: port })
  if (!row) throw new Error(`there is no port ${port}`)
  await nb
    .transaction()
    .mutate('Logical_Switch', { name: network }, ['ports', 'delete', [row._uuid]])
    .insert('Logical_Switch', { name: `foreign to ${network}`, ports: [row._uuid] })
    .update('Logical_Switch_Port', { name: port }, { addresses: ['unknown'], port_security: [], options: {} })
    .update('Logical_Switch', { name: network }, { other_config: {} })
    .insert('DHCP_Options', {
      cidr: '192.0.2.0/24',
      external_ids: { 'basalt-kind': 'dhcp', 'basalt-network': network },
    })
    .commit()
}
