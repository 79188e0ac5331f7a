/** Networks on their fabric, on behalf of a saga's step. */
import type { NetworkSpec } from '@basalt/contracts'
import type { Fabrics } from '@basalt/infrastructure'
import { type Ending, PLATFORM, type Store } from '@basalt/kernel'
import type { NetworkRow } from './network.resource.ts'

export interface Switches {
  ensure(network: string): Promise<void>
  remove(network: string): Promise<void>
  look(network: string): Promise<SwitchSight>
  /** Bring the network to a state that is true; `from` is the state it was in. */
  recover(network: string, from: string, sight: SwitchSight): Promise<Ending>
}

/** What was seen of a network. A type, so that it counts as JSON. */
export type SwitchSight = {
  /** How its switch differs from its row, in words; empty when it does not. */
  differs: string
  nics: number
}

/** MAC of a network's DHCP server: locally administered, made from the network's key. */
export function serverMac(tunnelKey: number): string {
  const key = tunnelKey.toString(16).padStart(6, '0')
  return `02:ba:5a:${key.slice(0, 2)}:${key.slice(2, 4)}:${key.slice(4, 6)}`
}

const LEASE_SECONDS = 3600

export function specOf(row: NetworkRow): NetworkSpec {
  const { id, name, cidr, gateway, dnsServers, mtu, tunnelKey } = row
  return {
    network: id,
    title: name,
    cidr,
    gateway,
    dnsServers,
    mtu,
    tunnelKey,
    serverMac: serverMac(tunnelKey),
    leaseSeconds: LEASE_SECONDS,
  }
}

export function createSwitches(deps: { store: Store; fabrics: Fabrics }): Switches {
  async function find(id: string): Promise<NetworkRow> {
    const row = await deps.store.get<NetworkRow>('network', id, PLATFORM)
    if (!row) throw new Error(`the network ${id} is gone`)
    return row
  }
  return {
    async ensure(id) {
      const row = await find(id)
      const driver = await deps.fabrics.driver(row.fabric)
      await driver.ensureNetwork(specOf(row), deps.fabrics.fence)
    },
    async remove(id) {
      const row = await find(id)
      const driver = await deps.fabrics.driver(row.fabric)
      await driver.removeNetwork(id, deps.fabrics.fence)
    },
    async look(id) {
      const row = await find(id)
      const driver = await deps.fabrics.driver(row.fabric)
      const told = await driver.compare({ networks: [specOf(row)], ports: [] }, new Set([id]))
      const nics = await deps.store.all('nic', { network: id })
      return { differs: told.map(({ detail }) => detail).join(', '), nics: nics.length }
    },
    async recover(id, from, { differs, nics }) {
      const row = await find(id)
      const driver = await deps.fabrics.driver(row.fabric)
      // It was accepted to go because nobody was on it, and nobody can have come since.
      if (from === 'deleting' && nics === 0) {
        await driver.removeNetwork(id, deps.fabrics.fence)
        return { end: 'deleted', message: 'It was half deleted; the rest of it is gone now.' }
      }
      await driver.ensureNetwork(specOf(row), deps.fabrics.fence)
      const message = differs ? `Its switch ${differs}; it was made as it should be.` : 'Its switch is as it should be.'
      return { end: 'ready', message }
    },
  }
}
