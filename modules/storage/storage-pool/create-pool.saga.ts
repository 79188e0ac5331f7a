import type { Store } from '@basalt/kernel'
import { defineSaga } from '@basalt/saga'
import type { PoolMounts } from './pool-mounts.ts'
import type { StoragePoolRow } from './storage-pool.resource.ts'

export interface PoolDeps {
  mounts: PoolMounts
  pools: { get(id: string): Promise<StoragePoolRow> }
  cache: { dropAll(pool: string): Promise<void> }
}

export const createPool = defineSaga<Record<string, never>, PoolDeps>()('storagePool.create', { ids: ['pool'] }).step(
  'openOnHosts',
  async ({ ids, mounts, pools }) => mounts.openOnAll(await pools.get(ids.pool)),
  async ({ ids, mounts, pools }) => mounts.closeOnAll(await pools.get(ids.pool)),
)

/** Reads pools for sagas. */
export const poolReader = (store: Store): PoolDeps['pools'] => ({
  async get(id) {
    const [row] = await store.all<StoragePoolRow>('storagePool', { id })
    if (!row) throw new Error(`the pool ${id} is gone`)
    return row
  },
})
