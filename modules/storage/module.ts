/** Primary storage: classes, pools, layers, the image cache, volumes. */
import { type AgentCalls, driversOf } from '@basalt/infrastructure'
import {
  bySaga,
  conflict,
  fencedWriter,
  implement,
  type Module,
  type Operation,
  recovering,
  type Settings,
  type Store,
} from '@basalt/kernel'
import type { StepContext } from '@basalt/saga'
import { type CacheEntryRow, cacheEntry } from './cache-entry/cache-entry.resource.ts'
import { createCacheFiller, type ImageSources } from './cache-entry/cache-filler.ts'
import { deleteCacheEntry } from './cache-entry/delete-cache-entry.saga.ts'
import { fillCacheEntry } from './cache-entry/fill-cache-entry.saga.ts'
import { recoverCacheEntry } from './cache-entry/recover-cache-entry.saga.ts'
import { layer } from './layer/layer.resource.ts'
import { storageSettings } from './storage.settings.ts'
import { storageClass } from './storage-class/storage-class.resource.ts'
import { createPool, type PoolDeps, poolReader } from './storage-pool/create-pool.saga.ts'
import { deletePool } from './storage-pool/delete-pool.saga.ts'
import { examinePools } from './storage-pool/examine-pools.ts'
import { poolMount } from './storage-pool/pool-mount.resource.ts'
import { createPoolMounts, specOf } from './storage-pool/pool-mounts.ts'
import { recoverPool } from './storage-pool/recover-pool.saga.ts'
import { storagePool } from './storage-pool/storage-pool.resource.ts'
import { createUsageWatch } from './storage-pool/usage-watch.ts'
import { volume } from './volume/volume.resource.ts'

export type { ImageSources } from './cache-entry/cache-filler.ts'
export { createImageCache, type ImageCache } from './cache-entry/image-cache.ts'
export { createLayerComparison, type LayerComparison } from './layer/layers.reconcile.ts'
export { storageSettings, usageSeconds } from './storage.settings.ts'
export type { PoolMountRow } from './storage-pool/pool-mount.resource.ts'
export { createPoolMounts } from './storage-pool/pool-mounts.ts'
export type { StoragePoolRow } from './storage-pool/storage-pool.resource.ts'
export type { DiskSight } from './volume/disks.ts'
export { disksOfLostHost, hostLost } from './volume/lost-host.ts'
export type { VolumeRow } from './volume/volume.resource.ts'
export { createVolumes, expectRoot, type Volumes } from './volume/volumes.ts'

export const storageResources = [storageClass, storagePool, poolMount, layer, cacheEntry, volume]

interface StorageDeps {
  store: Store
  agents: AgentCalls
  settings: Settings
  sources: ImageSources
  onError(error: unknown, host: string): void
}

const poolSlice = implement(storagePool, {
  create: bySaga(createPool, async ({ id }) => ({ input: {}, ids: { pool: id } })),
  recover: bySaga(recoverPool, async (context) => ({
    ...recovering('storagePool', context),
    ids: { pool: context.id },
  })),
  delete: bySaga(deletePool, async ({ id }) => ({ input: {}, ids: { pool: id } })),
})

/** Any host can bring an image to a shared pool; a local one needs the host it is on. */
async function hostOf(store: Store, agents: AgentCalls, entry: Pick<CacheEntryRow, 'pool' | 'host'>): Promise<string> {
  if (entry.host) return entry.host
  const [pool] = await store.all<{ cluster: string }>('storagePool', { id: entry.pool })
  const hosts = pool ? await store.all<{ id: string }>('host', { cluster: pool.cluster }) : []
  const host = hosts.find(({ id }) => agents.connected(id))
  if (!host) throw conflict('NO_HOST', 'No connected host reaches the pool.', 'Bring a host of its cluster back.')
  return host.id
}

const cacheSlice = ({ store, agents }: StorageDeps) =>
  implement(cacheEntry, {
    fill: bySaga(fillCacheEntry, async ({ id, row }) => ({
      input: { entry: id, host: await hostOf(store, agents, row) },
    })),
    recover: bySaga(recoverCacheEntry, async (context) => {
      const { input, ...held } = recovering('cacheEntry', context)
      // Where no host of the pool is here, any will do: it is away.
      const host = await hostOf(store, agents, context.row).catch(() => context.row.pool)
      return { ...held, input: { ...input, entry: context.id, host } }
    }),
    delete: bySaga(deleteCacheEntry, async ({ id, row }) => {
      const clones = await store.all('layer', { parent: row.layer })
      if (clones.length > 0)
        throw conflict(
          'IMAGE_IN_USE',
          `${clones.length} volumes stand on this cached image.`,
          'Delete their VMs first.',
        )
      return { input: { entry: id, host: await hostOf(store, agents, row) } }
    }),
  })

function bindStorage(deps: StorageDeps, context: StepContext) {
  const { store, agents, sources } = deps
  const writer = fencedWriter(store, context)
  const cache: PoolDeps['cache'] = {
    async dropAll(pool) {
      const entries = await store.all<CacheEntryRow>('cacheEntry', { pool })
      const pools = poolReader(store)
      for (const entry of entries) {
        const { storage } = driversOf(agents, await hostOf(store, agents, entry), context)
        await storage.remove({ pool: specOf(await pools.get(pool)), layer: entry.layer })
        const layers = await store.all<{ id: string }>('layer', { id: entry.layer })
        await writer.commit([
          { op: 'delete', kind: 'cacheEntry', id: entry.id },
          ...layers.map(({ id }): Operation => ({ op: 'delete', kind: 'layer', id })),
        ])
      }
    },
  }
  return {
    mounts: createPoolMounts({ store, agents, context }),
    pools: poolReader(store),
    cache,
    filler: createCacheFiller({ store, agents, writer, context, sources }),
  }
}

export function storageModule(deps: StorageDeps): Module {
  return {
    name: 'storage',
    settings: storageSettings,
    slices: [
      implement(storageClass),
      poolSlice,
      implement(poolMount),
      implement(layer),
      cacheSlice(deps),
      implement(volume),
    ],
    sagas: [createPool, recoverPool, deletePool, fillCacheEntry, recoverCacheEntry, deleteCacheEntry],
    bind: (context) => bindStorage(deps, context),
    examiners: [examinePools(deps.store)],
    async start() {
      createUsageWatch(deps).start()
    },
  }
}
