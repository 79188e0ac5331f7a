/** Brings images to pools and takes them away, on behalf of a saga's step. */
import type { ImageSource } from '@basalt/contracts'
import { type AgentCalls, driversOf } from '@basalt/infrastructure'
import { conflict, type FencedWriter, type Store } from '@basalt/kernel'
import type { StepContext } from '@basalt/saga'
import { specOf } from '../storage-pool/pool-mounts.ts'
import type { StoragePoolRow } from '../storage-pool/storage-pool.resource.ts'
import type { CacheEntryRow } from './cache-entry.resource.ts'

export interface CacheFiller {
  fetch(entry: string, host: string, progress: (percent: number, message?: string) => void): Promise<void>
  remove(entry: string, host: string): Promise<void>
  /** Whether the pool has the image; its layer then has a row. */
  look(entry: string, host: string): Promise<'there' | 'missing' | 'away'>
}

/** Where hosts get an image from. */
export type ImageSources = (image: string) => Promise<ImageSource>

const HOUR_MS = 3_600_000

export function createCacheFiller(deps: {
  store: Store
  agents: AgentCalls
  writer: FencedWriter
  context: StepContext
  sources: ImageSources
}): CacheFiller {
  const { store, agents, writer, context, sources } = deps

  async function load(id: string): Promise<{ entry: CacheEntryRow; pool: StoragePoolRow }> {
    const [entry] = await store.all<CacheEntryRow>('cacheEntry', { id })
    const [pool] = entry ? await store.all<StoragePoolRow>('storagePool', { id: entry.pool }) : []
    if (!entry || !pool) throw conflict('POOL_GONE', 'The pool of this cached image is gone.', 'Nothing is left to do.')
    return { entry, pool }
  }

  async function insertLayer(entry: CacheEntryRow, virtualSizeBytes: number): Promise<void> {
    const { layer: id, zone, pool, host } = entry
    const row = { id, name: 'cached image', description: '', zone, pool, host, parent: null, virtualSizeBytes }
    await writer.tryCommit([{ op: 'insert', kind: 'layer', row }])
  }

  return {
    async fetch(id, host, progress) {
      const { entry, pool } = await load(id)
      const source = await sources(entry.image)
      const { storage } = driversOf(agents, host, context)
      const status = await storage.fetch(
        { pool: specOf(pool), layer: entry.layer, source },
        { timeoutMs: HOUR_MS, onProgress: progress },
      )
      await insertLayer(entry, status.virtualSizeBytes)
    },
    async look(id, host) {
      if (!agents.connected(host)) return 'away'
      const { entry, pool } = await load(id)
      const { layers } = await driversOf(agents, host, context).storage.list({ pool: specOf(pool) })
      const found = layers.find(({ layer }) => layer === entry.layer)
      if (!found) return 'missing'
      await insertLayer(entry, found.virtualSizeBytes)
      return 'there'
    },
    async remove(id, host) {
      const { entry, pool } = await load(id)
      const { storage } = driversOf(agents, host, context)
      await storage.remove({ pool: specOf(pool), layer: entry.layer })
      await writer.tryCommit([{ op: 'delete', kind: 'layer', id: entry.layer }])
    },
  }
}
