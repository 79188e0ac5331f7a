/** Layers on the pools of a host with their rows. The host's guests are compared beside it: see the reconciler of hosts. */
import { type AgentCalls, driversOf, type HostRow } from '@basalt/infrastructure'
import {
  causeOf,
  createKept,
  type Difference,
  type Hold,
  type Reconciler,
  type Store,
  tombstonesOf,
} from '@basalt/kernel'
import { isUuid } from '@basalt/resource'
import type { CacheEntryRow } from '../cache-entry/cache-entry.resource.ts'
import { specOf } from '../storage-pool/pool-mounts.ts'
import type { StoragePoolRow } from '../storage-pool/storage-pool.resource.ts'
import type { VolumeRow } from '../volume/volume.resource.ts'
import type { LayerRow } from './layer.resource.ts'
import { differencesOf, MISSING } from './layer-differences.ts'
import type { Shelf } from './shelf.ts'

/** Of those that come meanwhile none is the first that is asked, or all are gone: then they are looked up anew. */
const KEEP_HOSTS_MS = 10_000

/** What the comparison of layers adds to that of a host. */
export type LayerComparison = Pick<Reconciler, 'again' | 'repair'> & {
  scan(host: HostRow): Promise<Difference[]>
  mark: NonNullable<Reconciler['mark']>
}

export function createLayerComparison(deps: { store: Store; agents: AgentCalls }): LayerComparison {
  const { store, agents } = deps

  /** Thousands of hosts are looked at one after the other. */
  const hostsOf = createKept<string[]>(
    async (cluster) => {
      const ids = 'select id from host where cluster = $1 order by id'
      return (await store.database.query<{ id: string }>(ids, [cluster])).map(({ id }) => id)
    },
    () => KEEP_HOSTS_MS,
  )

  /** Of the hosts of a cluster that are here, the first. */
  async function firstOf(cluster: string, anew = false): Promise<string | undefined> {
    const { value, isKept } = await hostsOf(cluster, anew)
    const first = value?.find((id) => agents.connected(id))
    return first === undefined && isKept ? firstOf(cluster, true) : first
  }

  /** A shared pool is looked at on one host of its cluster. */
  async function poolsOf({ id, cluster }: HostRow): Promise<StoragePoolRow[]> {
    const pools = (await store.all<StoragePoolRow>('storagePool', { cluster })).filter(({ state }) => state === 'ready')
    const isFirst = pools.some(({ type }) => type === 'smp') && (await firstOf(cluster)) === id
    return pools.filter(({ type }) => type !== 'smp' || isFirst)
  }

  /** The layers first, then the rows: a row is made before its layer, and goes after it. Null when the pool cannot be read. */
  async function shelfOf(pool: StoragePoolRow, host: HostRow): Promise<Shelf | null> {
    const { storage } = driversOf(agents, host.id)
    const listed = await storage.list({ pool: specOf(pool) }).catch((error: unknown) => {
      // A pool that is not usable here is told by its mount.
      if (/^POOL_/.test(causeOf(error).code)) return null
      throw error
    })
    if (!listed) return null
    const where = { pool: pool.id, host: pool.type === 'smp' ? null : host.id }
    const [rows, entries, volumes] = await Promise.all([
      store.all<LayerRow>('layer', where),
      store.all<CacheEntryRow>('cacheEntry', where),
      store.all<VolumeRow>('volume', { pool: pool.id }),
    ])
    const ids = listed.layers.map(({ layer }) => layer)
    const gone = new Map([
      ...(await tombstonesOf(store, 'layer', ids)),
      ...(await tombstonesOf(store, 'volume', ids)),
      ...(await goneCacheLayers(store, ids)),
    ])
    const found = new Map(listed.layers.map((layer) => [layer.layer, layer]))
    return { pool, host, found, rows: new Map(rows.map((row) => [row.id, row])), entries, volumes, gone }
  }

  async function scan(host: HostRow): Promise<Difference[]> {
    const differences: Difference[] = []
    for (const pool of await poolsOf(host)) {
      const shelf = await shelfOf(pool, host)
      if (shelf) differences.push(...differencesOf(shelf))
    }
    return differences
  }

  async function placeOf(difference: Difference, host: string | null) {
    const [poolId = '', layer = ''] = (difference.key ?? '').split('/')
    if (!host) return null
    const [pool] = await store.all<StoragePoolRow>('storagePool', { id: poolId })
    const [row] = await store.all<HostRow>('host', { id: host })
    return pool && row ? { pool, host: row, layer } : null
  }

  return {
    scan,
    async again(difference, place) {
      const at = await placeOf(difference, place.id)
      const shelf = at && (await shelfOf(at.pool, at.host))
      if (!shelf) return null
      const { code, subject } = difference
      return differencesOf(shelf).find((one) => one.code === code && one.subject.id === subject.id) ?? null
    },
    async repair(difference, place, hold) {
      const at = await placeOf(difference, place.id)
      if (!at) return 'Its pool or its host is gone.'
      const { pool, host, layer } = at
      if (difference.code === 'CACHED_IMAGE_MISSING') return forgetCachedImage(hold, difference.subject.id, pool)
      if (difference.code !== 'LAYER_ROW_LEFT_OVER') {
        await driversOf(agents, host.id, hold.context).storage.remove({ pool: specOf(pool), layer })
      }
      if (difference.code === 'LAYER_LEFT_OVER') return 'It was removed from the pool.'
      await hold.tryCommit([{ op: 'delete', kind: 'layer', id: layer, unreferenced: true }])
      return 'Its row was removed.'
    },
    async mark(difference, place, hold) {
      const at = difference.code === 'DISK_MISSING' ? await placeOf(difference, place.id) : null
      return at ? tellOfMissing(hold, difference.subject.id, at.layer, at.pool) : ''
    },
  }

  /** Whoever meets the volume, or its VM that does not run, learns why it cannot be used. */
  async function tellOfMissing(hold: Hold, volume: string, layer: string, pool: StoragePoolRow): Promise<string> {
    const cause = MISSING(layer, pool.name)
    const set = { state: 'failed', cause }
    const [row] = await store.all<VolumeRow>('volume', { id: volume })
    if (row?.state === 'inUse')
      await hold.tryCommit([{ op: 'update', kind: 'volume', id: volume, set, from: ['inUse'] }])
    if (!row?.vm) return ''
    const [vm] = await store.all<{ state: string }>('vm', { id: row.vm })
    if (vm?.state === 'running')
      return 'Its guest still runs, from a file that has no name any more: save its data first.'
    await hold.tryCommit([{ op: 'update', kind: 'vm', id: row.vm, set, from: ['stopped'] }])
    return 'Its VM is failed.'
  }
}

async function forgetCachedImage(hold: Hold, entry: string, pool: StoragePoolRow): Promise<string> {
  const cause = {
    code: 'CACHED_IMAGE_MISSING',
    message: `The cached image is not on the storage pool "${pool.name}" any more.`,
    remedy: 'Fill it again; the next VM that needs it does that, too.',
  }
  await hold.commit([{ op: 'update', kind: 'cacheEntry', id: entry, set: { state: 'failed', cause }, from: ['ready'] }])
  return 'It is failed now, and brought again when it is needed.'
}

/** Layers of cached images that are gone, by the layer. */
async function goneCacheLayers(store: Store, ids: readonly string[]): Promise<Map<string, Record<string, unknown>>> {
  const rows = await store.database.query<{ layer: string; data: Record<string, unknown> }>(
    `select data->>'layer' as layer, data from tombstone where kind = 'cacheEntry' and data->>'layer' = any($1)`,
    [ids.filter(isUuid)],
  )
  return new Map(rows.map(({ layer, data }) => [layer, data]))
}
