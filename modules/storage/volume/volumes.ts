/** Volumes of VMs on their pools, on behalf of a saga's step. Each method stands being repeated. */
import type { DiskSpec } from '@basalt/contracts'
import { type AgentCalls, driversOf, type HostRow } from '@basalt/infrastructure'
import { causeOf, conflict, type Operation, type StepWriter, type Store } from '@basalt/kernel'
import { truncated } from '@basalt/resource'
import type { StepContext } from '@basalt/saga'
import { createPoolMounts, specOf } from '../storage-pool/pool-mounts.ts'
import type { StoragePoolRow } from '../storage-pool/storage-pool.resource.ts'
import { createDisks, type Disks } from './disks.ts'
import type { VolumeRow } from './volume.resource.ts'

/** A root volume as it is asked for: without a place yet. */
export interface RootVolume {
  volume: string
  name: string
  account: string
  zone: string
  vm: string
  image: string
  sizeBytes: number
}

/** Where it is cloned. */
export interface RootPlace {
  pool: string
  host: string
  /** The cached image's layer. */
  parent: string
  sizeBytes: number
}

/** Part of a VM's acceptance: the volume's row, so that quotas count it from the first moment. Its top layer has its id. */
export const expectRoot = ({ volume: id, name, ...rest }: RootVolume): Operation => ({
  op: 'insert',
  kind: 'volume',
  row: { ...rest, id, name: truncated(name, 63), description: '', topLayer: id, state: 'creating' },
})

export interface Volumes extends Disks {
  /** The expected root volume as a clone of a cached image; in use when the step is done. */
  cloneRoot(volume: string, place: RootPlace): Promise<void>
  /** Gone afterwards, whatever of it there was. */
  destroy(volume: string): Promise<void>
  /** All volumes of a VM, as a host needs them. */
  disksOf(vm: string): Promise<DiskSpec[]>
  of(vm: string): Promise<VolumeRow[]>
}

/** Its host was lost with it. Should that come back, the reconciler removes what is there. */
const isGivenUp = ({ host }: VolumeRow, { type }: StoragePoolRow): boolean => host === null && type !== 'smp'

export function createVolumes(deps: {
  store: Store
  agents: AgentCalls
  writer: StepWriter
  context: StepContext
}): Volumes {
  const { store, agents, writer, context } = deps
  const of = (vm: string): Promise<VolumeRow[]> => store.all<VolumeRow>('volume', { vm })

  async function poolOf(id: string): Promise<StoragePoolRow> {
    const [pool] = await store.all<StoragePoolRow>('storagePool', { id })
    if (!pool) throw conflict('POOL_GONE', `The storage pool ${id} is gone.`, 'Ask an operator of the platform.')
    return pool
  }

  /** After the pool failed, the next VM is placed by how it is now. What counts is the failure itself, not that of looking. */
  async function lookAgain(id: string, failure: unknown): Promise<void> {
    if (!/^(NO_SPACE|POOL_)/.test(causeOf(failure).code)) return
    const [host] = await store.all<HostRow>('host', { id })
    if (host) await createPoolMounts({ store, agents }).refresh(host)
  }

  /** A host that reaches the volume: the one that has it, or any connected one of the pool's cluster. */
  async function hostFor(volume: VolumeRow, pool: StoragePoolRow): Promise<string> {
    if (volume.host) return volume.host
    const hosts = await store.all<{ id: string }>('host', { cluster: pool.cluster })
    const host = hosts.find(({ id }) => agents.connected(id))
    if (!host)
      throw conflict(
        'NO_HOST',
        `No connected host reaches the pool "${pool.name}".`,
        'Bring a host of its cluster back, then try again.',
      )
    return host.id
  }

  return {
    of,
    ...createDisks(deps),
    async cloneRoot(id, place) {
      const pool = await poolOf(place.pool)
      const [row] = await store.all<VolumeRow>('volume', { id })
      if (!row) throw conflict('VOLUME_GONE', `The volume ${id} is gone.`, 'Create the VM anew.')
      const { parent, sizeBytes } = place
      const host = pool.type === 'smp' ? null : place.host
      // Usually it is as asked for; what does not change what is counted costs less.
      const grown = row.sizeBytes === sizeBytes ? {} : { sizeBytes }
      const layer = { id, name: row.name, description: '', zone: row.zone, pool: pool.id, host, parent }
      await writer.tryCommit([
        { op: 'update', kind: 'volume', id, set: { pool: pool.id, host, class: pool.class, ...grown } },
        { op: 'insert', kind: 'layer', row: { ...layer, virtualSizeBytes: sizeBytes } },
      ])
      const { storage } = driversOf(agents, place.host, context)
      try {
        await storage.clone({ pool: specOf(pool), layer: id, parent, sizeBytes })
      } catch (error) {
        await lookAgain(place.host, error)
        throw error
      }
      writer.withRecord({ op: 'update', kind: 'volume', id, set: { state: 'inUse' } })
    },
    async destroy(id) {
      const [volume] = await store.all<VolumeRow>('volume', { id })
      if (!volume) return
      // No place was found for it: its row is all there is.
      if (!volume.pool) return writer.commit([{ op: 'delete', kind: 'volume', id }])
      const pool = await poolOf(volume.pool)
      if (!isGivenUp(volume, pool)) {
        const { storage } = driversOf(agents, await hostFor(volume, pool), context)
        await storage.remove({ pool: specOf(pool), layer: volume.topLayer })
      }
      const layers = await store.all<{ id: string }>('layer', { id: volume.topLayer })
      await writer.commit([
        { op: 'delete', kind: 'volume', id },
        ...layers.map((layer): Operation => ({ op: 'delete', kind: 'layer', id: layer.id })),
      ])
    },
    async disksOf(vm) {
      const volumes = (await of(vm)).flatMap(({ pool, ...rest }) => (pool ? [{ ...rest, pool }] : []))
      return Promise.all(
        volumes.map(async ({ id, pool, topLayer }, index) => ({
          volume: id,
          pool: specOf(await poolOf(pool)),
          layer: topLayer,
          index,
        })),
      )
    },
  }
}
