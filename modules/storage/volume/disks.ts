/** Where the disks of a VM really are, and how one that was given up is taken back. */
import type { LayerStatus } from '@basalt/contracts'
import { type AgentCalls, driversOf } from '@basalt/infrastructure'
import { causeOf, type FencedWriter, type Operation, type Store } from '@basalt/kernel'
import type { StepContext } from '@basalt/saga'
import { specOf } from '../storage-pool/pool-mounts.ts'
import type { StoragePoolRow } from '../storage-pool/storage-pool.resource.ts'
import type { VolumeRow } from './volume.resource.ts'

/** One disk as it was seen. A type, so that it counts as JSON. */
export type DiskSight = {
  volume: string
  name: string
  at: 'here' | 'missing' | 'away'
  /** The host that has it, on a local pool. */
  host: string | null
}

export interface Disks {
  look(vm: string): Promise<DiskSight[]>
  /** Rows of disks that are there say so again; returns how many had been given up. */
  takeBack(disks: readonly DiskSight[]): Promise<number>
}

export function createDisks(deps: {
  store: Store
  agents: AgentCalls
  writer: FencedWriter
  context: StepContext
}): Disks {
  const { store, agents, writer, context } = deps

  /** Hosts that may have it: its own, or for one that was given up and for a shared pool, all of the cluster. */
  async function hostsFor(volume: VolumeRow, pool: StoragePoolRow): Promise<string[]> {
    if (volume.host) return [volume.host]
    const hosts = await store.all<{ id: string }>('host', { cluster: pool.cluster })
    const here = hosts.map(({ id }) => id).filter((id) => agents.connected(id))
    return pool.type === 'smp' ? here.slice(0, 1) : here
  }

  async function listed(pool: StoragePoolRow, host: string): Promise<LayerStatus[]> {
    const { storage } = driversOf(agents, host, context)
    return (await storage.list({ pool: specOf(pool) })).layers
  }

  async function lookFor(volume: VolumeRow): Promise<DiskSight> {
    const sight = { volume: volume.id, name: volume.name }
    const [pool] = await store.all<StoragePoolRow>('storagePool', { id: volume.pool })
    const hosts = pool ? await hostsFor(volume, pool) : []
    const reached = hosts.filter((host) => agents.connected(host))
    if (!pool || (hosts.length > 0 && reached.length === 0)) return { ...sight, at: 'away', host: volume.host }
    for (const host of reached) {
      const layers = await listed(pool, host).catch((error: unknown) => {
        // A host that cannot use the pool is no place for the disk, unless it is the only one.
        if (volume.host || !/^POOL_/.test(causeOf(error).code)) throw error
        return []
      })
      if (layers.some(({ layer }) => layer === volume.topLayer))
        return { ...sight, at: 'here', host: pool.type === 'smp' ? null : host }
    }
    if (pool.type === 'smp' && reached.length === 0) return { ...sight, at: 'away', host: null }
    return { ...sight, at: 'missing', host: null }
  }

  /** Rows for a layer and all it stands on, lowest first, where there are none. */
  async function layerRows(volume: VolumeRow, pool: StoragePoolRow, host: string): Promise<Operation[]> {
    const layers = new Map((await listed(pool, host)).map((layer) => [layer.layer, layer]))
    const rows: Operation[] = []
    for (let at = layers.get(volume.topLayer); at; at = layers.get(at.parent ?? '')) {
      const { layer: id, parent, virtualSizeBytes } = at
      const known = await store.all('layer', { id })
      const row = {
        id,
        name: volume.name,
        description: '',
        zone: volume.zone,
        pool: pool.id,
        host,
        parent,
        virtualSizeBytes,
      }
      if (known.length === 0) rows.unshift({ op: 'insert', kind: 'layer', row })
    }
    return rows
  }

  return {
    async look(vm) {
      const volumes = await store.all<VolumeRow>('volume', { vm })
      // One without a pool was never made.
      return Promise.all(volumes.filter(({ pool }) => pool !== null).map(lookFor))
    },
    async takeBack(disks) {
      let taken = 0
      for (const { volume: id, host } of disks) {
        const [volume] = await store.all<VolumeRow>('volume', { id })
        const [pool] = volume ? await store.all<StoragePoolRow>('storagePool', { id: volume.pool }) : []
        if (!volume || !pool || (volume.state === 'inUse' && volume.host === host)) continue
        const rows = host ? await layerRows(volume, pool, host) : []
        const set = { state: 'inUse', host, cause: null }
        await writer.commit([...rows, { op: 'update', kind: 'volume', id, set }])
        if (volume.host !== host) taken++
      }
      return taken
    },
  }
}
