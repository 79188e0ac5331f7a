import type {
  LayerStatus,
  PoolSpec,
  PrimaryStorageDeps,
  PrimaryStorageDriver,
  PrimaryStorageHost,
} from '@basalt/contracts'
import { SimulatorError } from './errors.ts'
import { emptyImage, receiveImage, requireSource, virtualSizeOf } from './image.ts'
import { type SimulatedDirectory, type SimulatedLayer, type SimulatedPools, usageOf } from './pools.ts'

/** What the simulated storage of one host stands on. */
export interface SimulatedStorageDeps {
  host: string
  pools: SimulatedPools
  /** Where image bytes come from; without it an image is taken to be what its source says. */
  openImage?: PrimaryStorageDeps['openImage']
}

/** What the metadata of a qcow2 file without data takes. */
const EMPTY_LAYER_BYTES = 196_616
const SECTOR_BYTES = 512

/** Primary storage of one simulated host. */
export function createSimulatedStorage(deps: SimulatedStorageDeps): PrimaryStorageDriver {
  const find = (pool: PoolSpec) => findDirectory(deps, pool)
  return {
    commands: {
      open: async ({ pool, initialize }) => usageOf(openDirectory(deps, pool, initialize)),
      async close({ pool }) {
        const directory = deps.pools.isUnmounted(deps.host, pool.path) ? null : deps.pools.directory(deps.host, pool)
        if (directory?.mark !== pool.pool) return {}
        if (directory.layers.size > 0) throw new SimulatorError('LAYER_IN_USE', `Pool ${pool.pool} has layers.`)
        directory.mark = null
        directory.partial.clear()
        return {}
      },
      usage: async ({ pool }) => usageOf(find(pool)),
      fetch: fetchCommand(deps),
      async clone({ pool, layer, parent, sizeBytes }) {
        const directory = find(pool)
        const below = requireLayer(directory, parent)
        refuseOpened(below)
        return makeLayer(directory, { layer, parent: below, sizeBytes })
      },
      create: async ({ pool, layer, sizeBytes }) => makeLayer(find(pool), { layer, parent: null, sizeBytes }),
      async grow({ pool, layer, sizeBytes }) {
        const virtualSizeBytes = wholeSectors(sizeBytes)
        const directory = find(pool)
        const found = requireLayer(directory, layer)
        if (found.virtualSizeBytes >= virtualSizeBytes) return statusOf(found)
        refuseOpened(found)
        refuseParent(directory, layer)
        found.virtualSizeBytes = virtualSizeBytes
        return statusOf(found)
      },
      async remove({ pool, layer }) {
        const directory = find(pool)
        const found = directory.layers.get(layer)
        if (found) refuseOpened(found)
        refuseParent(directory, layer)
        directory.partial.delete(layer)
        directory.layers.delete(layer)
        return {}
      },
      list: async ({ pool }) => ({ layers: [...find(pool).layers.values()].map(statusOf).sort(byId) }),
    },
    async locate({ pool, layer }) {
      requireLayer(find(pool), layer)
      return { type: 'file', format: 'qcow2', path: `${pool.path}/${layer}.qcow2` }
    },
  }
}

function fetchCommand({ host, pools, openImage }: SimulatedStorageDeps): PrimaryStorageHost['fetch'] {
  return async ({ pool, layer, source }, call) => {
    requireSource(source)
    const directory = findDirectory({ host, pools }, pool)
    return directory.transfers.run(layer, async () => {
      const found = directory.layers.get(layer)
      if (found && found.parent !== null) throw different(found)
      if (found) return statusOf(found)
      call.signal.throwIfAborted()
      requireSpace(directory, source.sizeBytes - (directory.partial.get(layer)?.receivedBytes ?? 0))
      const virtualSizeBytes = openImage ? await transfer(directory, layer, source, openImage, call) : source.sizeBytes
      return addLayer(directory, { layer, parent: null, virtualSizeBytes, allocatedBytes: source.sizeBytes })
    })
  }
}

async function transfer(
  directory: SimulatedDirectory,
  layer: string,
  source: Parameters<PrimaryStorageHost['fetch']>[0]['source'],
  openImage: PrimaryStorageDeps['openImage'],
  call: Parameters<PrimaryStorageHost['fetch']>[1],
): Promise<number> {
  const started = directory.partial.get(layer)
  const image = started?.sha256 === source.sha256 ? started : emptyImage(source)
  directory.partial.set(layer, image)
  try {
    await receiveImage(image, source, openImage, call)
    const virtualSizeBytes = virtualSizeOf(image)
    directory.partial.delete(layer)
    return virtualSizeBytes
  } catch (error) {
    // Only a broken transfer can be resumed; what is wrong stays wrong.
    if (/^IMAGE_(CHECKSUM_MISMATCH|INVALID)$/.test((error as { code?: string }).code ?? '')) {
      directory.partial.delete(layer)
    }
    throw error
  }
}

type Place = Pick<SimulatedStorageDeps, 'host' | 'pools'>

function openDirectory(place: Place, pool: PoolSpec, initialize: boolean): SimulatedDirectory {
  const directory = reachDirectory(place, pool)
  if (directory.mark === null && initialize) directory.mark = pool.pool
  return findDirectory(place, pool)
}

function findDirectory(place: Place, pool: PoolSpec): SimulatedDirectory {
  const directory = reachDirectory(place, pool)
  if (directory.mark === null) {
    throw new SimulatorError('POOL_NOT_MOUNTED', `${pool.path} on ${place.host} holds no pool.`, {
      remedy: 'Mount the storage, or initialize the pool if it is new.',
    })
  }
  if (directory.mark !== pool.pool) {
    throw new SimulatorError('POOL_UNUSABLE', `${pool.path} on ${place.host} belongs to pool ${directory.mark}.`)
  }
  return directory
}

function reachDirectory({ host, pools }: Place, pool: PoolSpec): SimulatedDirectory {
  if (!pool.path.startsWith('/')) throw new SimulatorError('POOL_UNUSABLE', `${pool.path} is not an absolute path.`)
  if (pools.isUnmounted(host, pool.path)) {
    throw new SimulatorError('POOL_NOT_MOUNTED', `${pool.path} is not mounted on ${host}.`)
  }
  return pools.directory(host, pool)
}

function makeLayer(
  directory: SimulatedDirectory,
  { layer, parent, sizeBytes }: { layer: string; parent: SimulatedLayer | null; sizeBytes: number },
): LayerStatus {
  const virtualSizeBytes = Math.max(wholeSectors(sizeBytes), parent?.virtualSizeBytes ?? 0)
  const found = directory.layers.get(layer)
  if (found && (found.parent !== (parent?.layer ?? null) || found.virtualSizeBytes < virtualSizeBytes)) {
    throw different(found)
  }
  if (found) return statusOf(found)
  requireSpace(directory, EMPTY_LAYER_BYTES)
  const allocatedBytes = EMPTY_LAYER_BYTES
  return addLayer(directory, { layer, parent: parent?.layer ?? null, virtualSizeBytes, allocatedBytes })
}

function different({ layer, parent }: SimulatedLayer): SimulatorError {
  return new SimulatorError('LAYER_IN_USE', `Layer ${layer} exists and stands on ${parent ?? 'nothing'}.`, {
    remedy: 'Use a new id, or remove the layer first.',
  })
}

function wholeSectors(sizeBytes: number): number {
  if (Number.isSafeInteger(sizeBytes) && sizeBytes > 0) return Math.ceil(sizeBytes / SECTOR_BYTES) * SECTOR_BYTES
  throw new SimulatorError('IMAGE_INVALID', `${sizeBytes} is no size of a layer.`)
}

function addLayer(directory: SimulatedDirectory, status: LayerStatus): LayerStatus {
  directory.layers.set(status.layer, { ...status, openedBy: null })
  return status
}

function requireSpace(directory: SimulatedDirectory, sizeBytes: number): void {
  const { availableBytes } = usageOf(directory)
  if (availableBytes >= sizeBytes) return
  throw new SimulatorError('NO_SPACE', `The pool has ${availableBytes} bytes left; ${sizeBytes} are needed.`, {
    details: { availableBytes },
  })
}

function requireLayer(directory: SimulatedDirectory, layer: string): SimulatedLayer {
  const found = directory.layers.get(layer)
  if (!found) throw new SimulatorError('LAYER_NOT_FOUND', `There is no layer ${layer} in pool ${directory.mark}.`)
  return found
}

function refuseOpened({ layer, openedBy }: SimulatedLayer): void {
  if (openedBy !== null) throw new SimulatorError('LAYER_IN_USE', `Layer ${layer} is in use by ${openedBy}.`)
}

function refuseParent(directory: SimulatedDirectory, layer: string): void {
  const child = directory.layers.childOf(layer)
  if (child) throw new SimulatorError('LAYER_IN_USE', `Layer ${child} stands on layer ${layer}.`)
}

function byId(one: LayerStatus, other: LayerStatus): number {
  return one.layer < other.layer ? -1 : 1
}

function statusOf({ layer, parent, virtualSizeBytes, allocatedBytes }: SimulatedLayer): LayerStatus {
  return { layer, parent, virtualSizeBytes, allocatedBytes }
}

/**
 * Open the disk of a guest for writing, as QEMU locks its image file.
 * Errors: those of a pool that is not usable, `LAYER_NOT_FOUND`, `LAYER_IN_USE` by another guest or by layers on top of it.
 */
export function openLayer(place: Place, pool: PoolSpec, layer: string, guest: string): void {
  const directory = findDirectory(place, pool)
  const found = requireLayer(directory, layer)
  if (found.openedBy !== guest) refuseOpened(found)
  refuseParent(directory, layer)
  found.openedBy = guest
}

/** The guest let go of all it had open; also works on storage that is not reachable any more. */
export function closeLayer({ host, pools }: Place, pool: PoolSpec, layer: string, guest: string): void {
  const found = pools.directory(host, pool).layers.get(layer)
  if (found?.openedBy === guest) found.openedBy = null
}
