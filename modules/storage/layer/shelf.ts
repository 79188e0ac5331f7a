/** What lies on a pool as one host sees it, and what is known of it. */
import type { LayerStatus } from '@basalt/contracts'
import type { HostRow } from '@basalt/infrastructure'
import type { CacheEntryRow } from '../cache-entry/cache-entry.resource.ts'
import type { StoragePoolRow } from '../storage-pool/storage-pool.resource.ts'
import type { VolumeRow } from '../volume/volume.resource.ts'
import type { LayerRow } from './layer.resource.ts'

export interface Shelf {
  pool: StoragePoolRow
  host: HostRow
  /** Layers that are there. */
  found: ReadonlyMap<string, LayerStatus>
  rows: ReadonlyMap<string, LayerRow>
  entries: readonly CacheEntryRow[]
  /** Of the pool, on whatever host. */
  volumes: readonly VolumeRow[]
  /** What remains of those that were ours and are gone. */
  gone: ReadonlyMap<string, Record<string, unknown>>
}

/** Why layers are there, by layer: of a pool with very many, each is asked about. */
export interface Uses {
  volumes: ReadonlyMap<string, VolumeRow>
  entries: ReadonlyMap<string, CacheEntryRow>
  /** Others stand on them. */
  parents: ReadonlySet<string | null>
}

export const usesOf = ({ volumes, entries, rows }: Shelf): Uses => ({
  volumes: new Map(volumes.map((volume) => [volume.topLayer, volume])),
  entries: new Map(entries.map((entry) => [entry.layer, entry])),
  parents: new Set([...rows.values()].map(({ parent }) => parent)),
})

/** Whether a layer has a reason to be: a volume or a cached image is it, or another layer stands on it. */
export const isUsed = ({ volumes, entries, parents }: Uses, layer: string): boolean =>
  volumes.has(layer) || entries.has(layer) || parents.has(layer)

/** Layers that have a row, a volume or a cached image, with all they stand on. */
export function lineage({ found, rows, entries, volumes }: Shelf): Set<string> {
  const kept = new Set<string>()
  const keep = (layer: string | null | undefined): void => {
    if (!layer || kept.has(layer)) return
    kept.add(layer)
    keep(found.get(layer)?.parent)
  }
  for (const layer of [...rows.keys(), ...entries.map((entry) => entry.layer), ...volumes.map((one) => one.topLayer)])
    keep(layer)
  return kept
}

/** Strays in the order in which they can be removed; what an unknown one stands on is left to whoever knows that. */
export function leftOver(stray: readonly LayerStatus[], { found, gone }: Shelf): LayerStatus[] {
  const depthOf = (layer: string | null): number => (layer ? 1 + depthOf(found.get(layer)?.parent ?? null) : 0)
  const below = new Set<string>()
  for (const { layer, parent } of stray)
    if (!gone.has(layer)) for (let at = parent; at; at = found.get(at)?.parent ?? null) below.add(at)
  return stray
    .filter(({ layer }) => !below.has(layer) || !gone.has(layer))
    .sort((a, b) => depthOf(b.layer) - depthOf(a.layer))
}
