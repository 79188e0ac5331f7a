/** Epochs of control-plane nodes in the databases of fabrics: our own, and those that shut lost nodes out. */
import type { NetworkDriver, NetworkFence } from '@basalt/contracts'
import type { NodeLease } from '@basalt/kernel'

/** A driver, and the epoch of each node that its database knows of by now. */
export interface Fenced {
  driver: NetworkDriver
  raised: Map<string, number>
}

export interface Fences {
  /** What changes of this node carry. */
  own(): NetworkFence
  begin(driver: NetworkDriver): Fenced
  /** Raises what is not raised yet: what a node that is lost left under way is refused from then on. */
  raise(fenced: Fenced): Promise<void>
}

export function createFences(lease: NodeLease): Fences {
  const own = (): NetworkFence => ({ node: lease.node, epoch: lease.epoch() })
  const all = (): NetworkFence[] => [
    own(),
    ...lease
      .nodes()
      .flatMap(({ name, state, epoch }) => (state === 'up' || name === lease.node ? [] : [{ node: name, epoch }])),
  ]
  return {
    own,
    begin: (driver) => ({ driver, raised: new Map() }),
    async raise({ driver, raised }) {
      for (const fence of all()) {
        if ((raised.get(fence.node) ?? -1) >= fence.epoch) continue
        lease.check()
        await driver.takeLease(fence).catch((error: unknown) => {
          // A node that lives again has a higher epoch than the one we know.
          if (fence.node === lease.node || (error as { code?: string }).code !== 'STALE_EPOCH') throw error
        })
        raised.set(fence.node, fence.epoch)
      }
    },
  }
}

/** Methods that change nothing: they are answered without a lease. */
const HARMLESS = new Set<PropertyKey>(['close', 'health', 'list', 'compare'])

/** Asks before each change whether it may still be made. */
export function checked(driver: NetworkDriver, check: () => void): NetworkDriver {
  return new Proxy(driver, {
    get(target, name) {
      const method = Reflect.get(target, name) as unknown
      if (typeof method !== 'function' || HARMLESS.has(name)) return method
      return async (...values: unknown[]) => {
        check()
        return method.apply(target, values)
      }
    },
  })
}
