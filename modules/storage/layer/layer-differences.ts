/** How the layers on a pool differ from their rows, in words. */
import type { LayerStatus } from '@basalt/contracts'
import { type Difference, derivedId } from '@basalt/kernel'
import { isUuid } from '@basalt/resource'
import type { VolumeRow } from '../volume/volume.resource.ts'
import type { LayerRow } from './layer.resource.ts'
import { isUsed, leftOver, lineage, type Shelf, type Uses, usesOf } from './shelf.ts'

/** Why a disk, and a VM that needs it, are failed. */
export const MISSING = (layer: string, pool: string) => ({
  code: 'DISK_MISSING',
  message: `The disk ${layer} is not on the storage pool "${pool}" any more.`,
  remedy: 'Bring its file back and recover the VM, or delete the VM.',
})

/** Everything that differs, in the order in which it can be mended. */
export function differencesOf(shelf: Shelf): Difference[] {
  const kept = lineage(shelf)
  const uses = usesOf(shelf)
  const stray = [...shelf.found.values()].filter(({ layer }) => !kept.has(layer))
  const missing = [...shelf.rows.values()].filter(({ id }) => !shelf.found.has(id))
  return [
    ...shelf.volumes.filter((volume) => hasReturned(shelf, volume)).map((volume) => returned(shelf, volume)),
    ...missing.flatMap((row) => missingLayer(shelf, row, uses)),
    ...[...shelf.rows.values()].flatMap((row) => wrongLayer(shelf, row, uses)),
    // Clones before what they stand on.
    ...leftOver(stray, shelf).map((layer) => strayLayer(shelf, layer)),
  ]
}

const keyOf = ({ pool }: Shelf, layer: string): string => `${pool.id}/${layer}`
const where = ({ pool, host }: Shelf): string => `the pool "${pool.name}" of the host "${host.name}"`

/** The disk of a VM that was given up with its host is here again. */
const hasReturned = ({ found, rows }: Shelf, { topLayer, host }: VolumeRow): boolean =>
  host === null && found.has(topLayer) && !rows.has(topLayer)

function returned(shelf: Shelf, { id, name, topLayer, vm }: VolumeRow): Difference {
  return {
    code: 'DISK_RETURNED',
    subject: { kind: 'volume', id },
    key: keyOf(shelf, topLayer),
    what: `The disk "${name}", which was given up with its host, is on ${where(shelf)}.`,
    verdict: 'report',
    remedy: vm ? `Recover its VM to use it again: POST /v1/vms/${vm}/recover; or delete the VM.` : 'Delete it.',
    claims: [vm ?? id, id],
  }
}

function missingLayer(shelf: Shelf, { id: layer }: LayerRow, uses: Uses): Difference[] {
  const [volume, entry] = [uses.volumes.get(layer), uses.entries.get(layer)]
  const common = { key: keyOf(shelf, layer) }
  if (volume && ['creating', 'deleting'].includes(volume.state)) return []
  if (volume)
    return [
      {
        ...common,
        code: 'DISK_MISSING',
        subject: { kind: 'volume', id: volume.id },
        what: `The disk "${volume.name}" is not on ${where(shelf)}.`,
        verdict: 'report',
        remedy: MISSING(layer, shelf.pool.name).remedy,
        claims: [volume.vm ?? volume.id, volume.id],
      },
    ]
  if (entry)
    return entry.state === 'ready'
      ? [
          {
            ...common,
            code: 'CACHED_IMAGE_MISSING',
            subject: { kind: 'cacheEntry', id: entry.id },
            what: `A cached image is not on ${where(shelf)}.`,
            verdict: 'repair',
            remedy: 'It is marked as failed, and brought again when it is needed.',
            claims: [entry.id],
          },
        ]
      : []
  return [unusedRow(shelf, layer, 'LAYER_ROW_LEFT_OVER', 'has a row, but is not on')]
}

function unusedRow(shelf: Shelf, layer: string, code: string, how: string): Difference {
  return {
    code,
    subject: { kind: 'layer', id: layer },
    key: keyOf(shelf, layer),
    what: `The layer ${layer} ${how} ${where(shelf)}, and nothing uses it.`,
    verdict: 'repair',
    remedy: 'It is removed.',
    claims: [layer],
  }
}

function wrongLayer(shelf: Shelf, { id, parent }: LayerRow, uses: Uses): Difference[] {
  const found = shelf.found.get(id)
  if (!found) return []
  if (found.parent !== parent)
    return [
      {
        code: 'LAYER_DIFFERENT',
        subject: { kind: 'layer', id },
        key: keyOf(shelf, id),
        what: `The layer ${id} on ${where(shelf)} stands on ${found.parent ?? 'nothing'}, not on ${parent ?? 'nothing'}.`,
        verdict: 'report',
        remedy: 'Somebody replaced the file. Bring the right one back, or delete what uses it.',
        claims: [],
      },
    ]
  return isUsed(uses, id) ? [] : [unusedRow(shelf, id, 'LAYER_UNUSED', 'is on')]
}

function strayLayer(shelf: Shelf, { layer }: LayerStatus): Difference {
  const last = shelf.gone.get(layer)
  const subject = { kind: 'layer', id: isUuid(layer) ? layer : derivedId('name', layer) }
  const common = { subject, key: keyOf(shelf, layer) }
  if (!last)
    return {
      ...common,
      code: 'LAYER_UNKNOWN',
      what: `The layer ${layer} is on ${where(shelf)}, and nothing is known of it.`,
      verdict: 'report',
      remedy: 'If nobody needs the file, remove it on the host.',
      claims: [],
    }
  return {
    ...common,
    code: 'LAYER_LEFT_OVER',
    what: `The layer ${layer} of "${last.name}", which was deleted, is on ${where(shelf)}.`,
    verdict: 'repair',
    remedy: 'It is removed.',
    claims: [...(typeof last.vm === 'string' ? [last.vm] : []), layer],
  }
}
