/** Network drivers by fabric, opened when first needed. */
import type { NetworkDriver, NetworkFence } from '@basalt/contracts'
import { invalidField, type Store } from '@basalt/kernel'

export interface FabricRow {
  id: string
  zone: string
  driver: 'ovn' | 'simulated'
  northbound: string
  firstTunnelKey: number
  lastTunnelKey: number
}

export type OpenNetworkDriver = (fabric: Pick<FabricRow, 'driver' | 'northbound'>) => NetworkDriver

export interface Fabrics {
  /** The driver of a fabric, with this node's lease on it taken. */
  driver(fabric: string): Promise<NetworkDriver>
  /** What every change carries. */
  fence: NetworkFence
  /** Refuses a fabric whose database does not answer. */
  probe(fabric: Pick<FabricRow, 'driver' | 'northbound'>): Promise<void>
  close(): Promise<void>
}

export function createFabrics(deps: { store: Store; open: OpenNetworkDriver; fence: NetworkFence }): Fabrics {
  const { store, open, fence } = deps
  const drivers = new Map<string, Promise<NetworkDriver>>()

  async function connect(fabric: string): Promise<NetworkDriver> {
    const [row] = await store.all<FabricRow>('fabric', { id: fabric })
    if (!row) throw new Error(`the fabric ${fabric} is gone`)
    const driver = open(row)
    try {
      await driver.takeLease(fence)
      return driver
    } catch (error) {
      await driver.close()
      throw error
    }
  }

  return {
    fence,
    driver(fabric) {
      const known = drivers.get(fabric)
      if (known) return known
      const opening = connect(fabric)
      drivers.set(fabric, opening)
      // A fabric that did not answer is tried anew by the next who needs it; this caller learns of it by its own promise.
      opening.catch(() => drivers.delete(fabric))
      return opening
    },
    async probe(fabric) {
      const driver = open(fabric)
      try {
        const health = await driver.health()
        if (!health.ok)
          throw invalidField(
            'northbound',
            `does not answer: ${health.message}`,
            'Check the address, and that the database listens there.',
          )
      } finally {
        await driver.close()
      }
    },
    async close() {
      const opened = await Promise.allSettled(drivers.values())
      await Promise.all(opened.map((result) => (result.status === 'fulfilled' ? result.value.close() : undefined)))
    },
  }
}
