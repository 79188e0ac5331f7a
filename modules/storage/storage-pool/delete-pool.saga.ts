import { defineSaga, noUndo } from '@basalt/saga'
import type { PoolDeps } from './create-pool.saga.ts'

const forward = noUndo('a pool goes forward only: deleting it again finishes what failed')

export const deletePool = defineSaga<Record<string, never>, PoolDeps>()('storagePool.delete', { ids: ['pool'] })
  .step('dropCachedImages', ({ ids, cache }) => cache.dropAll(ids.pool), forward)
  .step('closeOnHosts', async ({ ids, mounts, pools }) => mounts.closeOnAll(await pools.get(ids.pool)), forward)
