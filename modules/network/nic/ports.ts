/** Ports of a VM's NICs on the fabric. Each method stands being repeated. */
import type { Fabrics } from '@basalt/infrastructure'
import { conflict, PLATFORM, type Problem, type Store } from '@basalt/kernel'
import type { NetworkRow } from '../network/network.resource.ts'
import type { NicRow } from './nic.resource.ts'

export interface Ports {
  of(vm: string): Promise<NicRow[]>
  /** Make the ports, bound to a chassis or to none. */
  plug(vm: string, hostname: string, chassis: string | null): Promise<void>
  /** @returns the NICs, which have no port any more */
  unplug(vm: string): Promise<NicRow[]>
  /** Wait until the host has the ports on the network. */
  awaitUp(vm: string, timeoutMs: number, signal: AbortSignal): Promise<void>
}

export const gone = (network: string): Problem =>
  conflict('NETWORK_GONE', `The network "${network}" was deleted meanwhile.`, 'Choose another network.')

export async function networkOf(store: Store, id: string): Promise<NetworkRow> {
  const row = await store.get<NetworkRow>('network', id, PLATFORM)
  if (!row) throw gone(id)
  return row
}

export function createPorts({ store, fabrics }: { store: Store; fabrics: Fabrics }): Ports {
  const of = async (vm: string): Promise<NicRow[]> =>
    (await store.all<NicRow>('nic', { vm })).sort((a, b) => a.index - b.index)

  return {
    of,
    async plug(vm, hostname, chassis) {
      for (const row of await of(vm)) {
        const network = await networkOf(store, row.network)
        const driver = await fabrics.driver(network.fabric)
        const { id: port, mac, address, tunnelKey } = row
        await driver.ensurePort(
          { port, network: network.id, mac, address, hostname, tunnelKey, chassis },
          fabrics.fence,
        )
      }
    },
    async unplug(vm) {
      const rows = await of(vm)
      for (const row of rows) {
        const network = await networkOf(store, row.network)
        const driver = await fabrics.driver(network.fabric)
        await driver.removePort(row.id, fabrics.fence)
      }
      return rows
    },
    async awaitUp(vm, timeoutMs, signal) {
      for (const row of await of(vm)) {
        const network = await networkOf(store, row.network)
        const driver = await fabrics.driver(network.fabric)
        await driver.waitPortUp(row.id, timeoutMs, signal)
      }
    },
  }
}
