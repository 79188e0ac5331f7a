/** Volumes of VMs on their pools, on behalf of a saga's step. Each method stands being repeated. */
import type { DiskSpec } from '@basalt/contracts'
import { type AgentCalls, driversOf, type HostRow } from '@basalt/infrastructure'
import { causeOf, conflict, type FencedWriter, type Operation, type Store } from '@basalt/kernel'
import type { StepContext } from '@basalt/saga'
import { createPoolMounts, specOf } from '../storage-pool/pool-mounts.ts'
import type { StoragePoolRow } from '../storage-pool/storage-pool.resource.ts'
import { createDisks, type Disks } from './disks.ts'
import type { VolumeRow } from './volume.resource.ts'

export interface RootVolume {
  volume: string
  name: string
  account: string
  zone: string
  vm: string
  image: string
  pool: string
  host: string
  /** The cached image's layer. */
  parent: string
  sizeBytes: number
}

export interface Volumes extends Disks {
  /** A root volume as a clone of a cached image; its top layer has the volume's id. */
  cloneRoot(request: RootVolume): Promise<void>
  /** Gone afterwards, whatever of it there was. `host` has a hand in it when the volume's row does not tell. */
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
  writer: FencedWriter
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
    async cloneRoot(request) {
      const pool = await poolOf(request.pool)
      const { volume: id, name, account, zone, vm, image, sizeBytes, parent } = request
      const host = pool.type === 'smp' ? null : request.host
      const common = { id, name, description: '', zone, pool: pool.id, host }
      await writer.tryCommit([
        {
          op: 'insert',
          kind: 'volume',
          row: { ...common, account, class: pool.class, sizeBytes, vm, image, topLayer: id, state: 'creating' },
        },
        { op: 'insert', kind: 'layer', row: { ...common, parent, virtualSizeBytes: sizeBytes } },
      ])
      const { storage } = driversOf(agents, request.host, context)
      try {
        await storage.clone({ pool: specOf(pool), layer: id, parent, sizeBytes })
      } catch (error) {
        await lookAgain(request.host, error)
        throw error
      }
      await writer.commit([{ op: 'update', kind: 'volume', id, set: { state: 'inUse' } }])
    },
    async destroy(id) {
      const [volume] = await store.all<VolumeRow>('volume', { id })
      if (!volume) return
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
      const volumes = await of(vm)
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
