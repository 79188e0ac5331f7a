import type { LayerStatus, PoolSpec, PoolUsage } from '@basalt/contracts'
import { SimulatorError } from './errors.ts'
import type { PartialImage } from './image.ts'
import { LayerTable } from './layer-table.ts'
import { createKeyedMutex, type KeyedMutex } from './mutex.ts'

/** A layer as it lies in a simulated directory. */
export interface SimulatedLayer extends LayerStatus {
  /** The guest that has it open (`<host>/<vm>`), or null. */
  openedBy: string | null
}

/** A directory that holds a pool. */
export interface SimulatedDirectory {
  /** Id of the pool it was made for; null before that. */
  mark: string | null
  totalBytes: number
  /** Full by a fault, whatever is in it. */
  full: boolean
  layers: LayerTable
  /** Broken transfers, by layer. */
  partial: Map<string, PartialImage>
  /** One transfer of a layer at a time, whichever host asks. */
  transfers: KeyedMutex
}

/** The storage behind several simulated hosts: `local` directories belong to one host, all others are seen by every host. */
export interface SimulatedPools {
  /** The directory of a pool on a host; made when first asked for, as an empty one. */
  directory(host: string, pool: PoolSpec): SimulatedDirectory
  /** Let a pool have no space left (or as much as before with `full` false). The pool must have been opened. */
  fill(pool: string, full?: boolean): void
  /** What a disk fault at this path shows to this host; true while the directory is not there. */
  isUnmounted(host: string, path: string): boolean
  setMounted(host: string, path: string, mounted: boolean): void
  /** All that lies in marked pools, in a stable order: equal before and after work that left nothing behind. */
  snapshot(): SimulatedPoolSnapshot[]
  reset(): void
}

export interface SimulatedPoolSnapshot {
  directory: string
  pool: string
  layers: SimulatedLayer[]
  /** Layers of which half lies there. */
  partial: string[]
}

const TEBIBYTE = 1024 ** 4

export interface SimulatedPoolsOptions {
  /** Size of each directory, 1 TiB unless told. */
  totalBytes?: number
  /** What lay in them before the power went: no guest has it open, and broken transfers are gone. */
  saved?: readonly SimulatedPoolSnapshot[]
}

/** Storage, empty unless told. */
export function createSimulatedPools({
  totalBytes = TEBIBYTE,
  saved = [],
}: SimulatedPoolsOptions = {}): SimulatedPools {
  const emptyDirectory = (): SimulatedDirectory => ({
    mark: null,
    totalBytes,
    full: false,
    layers: new LayerTable(),
    partial: new Map(),
    transfers: createKeyedMutex(),
  })
  const directories = new Map(
    saved.map(({ directory, pool, layers }): [string, SimulatedDirectory] => {
      const kept = new LayerTable(layers.map((layer) => ({ ...layer, openedBy: null })))
      return [directory, { ...emptyDirectory(), mark: pool, layers: kept }]
    }),
  )
  const unmounted = new Set<string>()

  function directory(host: string, pool: PoolSpec): SimulatedDirectory {
    const key = pool.kind === 'local' ? `${host}:${pool.path}` : pool.path
    const made = directories.get(key) ?? emptyDirectory()
    directories.set(key, made)
    return made
  }

  return {
    directory,
    fill(pool, full = true) {
      const marked = [...directories.values()].filter((one) => one.mark === pool)
      if (marked.length === 0) throw new SimulatorError('POOL_NOT_MOUNTED', `No host has opened pool ${pool}.`)
      for (const one of marked) one.full = full
    },
    isUnmounted: (host, path) => unmounted.has(`${host}:${path}`),
    setMounted(host, path, mounted) {
      if (mounted) unmounted.delete(`${host}:${path}`)
      else unmounted.add(`${host}:${path}`)
    },
    snapshot: () => snapshotOf(directories),
    reset() {
      directories.clear()
      unmounted.clear()
    },
  }
}

function snapshotOf(directories: Map<string, SimulatedDirectory>): SimulatedPoolSnapshot[] {
  const pools = [...directories].flatMap(([directory, { mark, layers, partial }]) => {
    if (mark === null) return []
    const sorted = [...layers.values()].sort((a, b) => (a.layer < b.layer ? -1 : 1))
    return [
      { directory, pool: mark, layers: sorted.map((layer) => ({ ...layer })), partial: [...partial.keys()].sort() },
    ]
  })
  return pools.sort((a, b) => (a.directory < b.directory ? -1 : 1))
}

/** How big a directory is and what is left in it. */
export function usageOf(directory: SimulatedDirectory): PoolUsage {
  const partial = [...directory.partial.values()].reduce((sum, image) => sum + image.receivedBytes, 0)
  const left = directory.totalBytes - directory.layers.allocatedBytes - partial
  return { totalBytes: directory.totalBytes, availableBytes: directory.full ? 0 : Math.max(0, left) }
}
