import { lstat, readdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { LayerStatus } from '@basalt/contracts'
import { layerInUse, layerNotFound, PrimaryFileError, systemCode } from './errors.ts'
import { incomingFiles, type OpenPool, syncDirectory, withFile } from './pool.ts'
import { readQcow2 } from './qcow2.ts'
import { QemuImgError, qemuImg } from './qemu-img.ts'

const suffix = '.qcow2'
const sectorBytes = 512
const maxSizeBytes = 64 * 2 ** 40

/** Where a layer lies, existing or not. */
export function layerPath(pool: OpenPool, layer: string): string {
  return join(pool.layersDirectory, `${layer}${suffix}`)
}

function parentOf(backingFile: string | null): string | null {
  return backingFile?.endsWith(suffix) ? backingFile.slice(0, -suffix.length) : backingFile
}

/** Describes a layer from its header; undefined when there is none. */
export async function findLayer(pool: OpenPool, layer: string): Promise<LayerStatus | undefined> {
  try {
    const { virtualSizeBytes, backingFile, allocatedBytes } = await readQcow2(layerPath(pool, layer))
    return { layer, parent: parentOf(backingFile), virtualSizeBytes, allocatedBytes }
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  }
}

/** @throws PrimaryFileError LAYER_NOT_FOUND */
export async function getLayer(pool: OpenPool, layer: string): Promise<LayerStatus> {
  const status = await findLayer(pool, layer)
  if (!status) throw layerNotFound(layer)
  return status
}

/** A file among the layers whose header cannot be read is shown with size 0: it takes space and can be removed. */
async function findOrDamaged(pool: OpenPool, layer: string): Promise<LayerStatus | undefined> {
  try {
    return await findLayer(pool, layer)
  } catch (error) {
    if (!(error instanceof PrimaryFileError) || error.code !== 'IMAGE_INVALID') throw error
    const { blocks } = await lstat(layerPath(pool, layer))
    return { layer, parent: null, virtualSizeBytes: 0, allocatedBytes: blocks * sectorBytes }
  }
}

/** Describes all layers, in the order of their ids. A layer that is removed meanwhile is left out. */
export async function listLayers(pool: OpenPool): Promise<LayerStatus[]> {
  const names = (await readdir(pool.layersDirectory)).filter((name) => name.endsWith(suffix)).sort()
  const found: LayerStatus[] = []
  for (const name of names) {
    const status = await findOrDamaged(pool, name.slice(0, -suffix.length))
    if (status) found.push(status)
  }
  return found
}

function roundedSize(sizeBytes: number): number {
  if (Number.isSafeInteger(sizeBytes) && sizeBytes > 0 && sizeBytes <= maxSizeBytes) {
    return Math.ceil(sizeBytes / sectorBytes) * sectorBytes
  }
  const remedy = `Give a size between 1 byte and ${maxSizeBytes} bytes.`
  throw new PrimaryFileError('IMAGE_INVALID', 'The size of the layer is out of range.', remedy)
}

/** Gives a finished file its mode and its place among the layers, durably and all at once. */
export async function publish(pool: OpenPool, temporary: string, layer: string, mode: number): Promise<LayerStatus> {
  await withFile(temporary, 'r', async (file) => {
    await file.chmod(mode)
    await file.sync()
  })
  await rename(temporary, layerPath(pool, layer))
  await syncDirectory(pool.layersDirectory)
  return getLayer(pool, layer)
}

/** What `makeLayer` makes: an empty layer, or one on top of `parent`. */
export interface NewLayer {
  layer: string
  parent: string | null
  sizeBytes: number
}

/** A replayed command finds its layer; the same id for something else is a mistake. */
function assertSame(existing: LayerStatus, wanted: NewLayer): LayerStatus {
  if (existing.parent === wanted.parent && existing.virtualSizeBytes >= wanted.sizeBytes) return existing
  throw layerInUse(`The layer ${wanted.layer} exists and is different.`, 'Use a new id, or remove the layer first.')
}

/**
 * Makes a layer, at least as large as its parent. The caller holds the locks of layer and parent.
 * @throws PrimaryFileError LAYER_NOT_FOUND, LAYER_IN_USE, IMAGE_INVALID; errors of system and qemu-img as they are
 */
export async function makeLayer(pool: OpenPool, wanted: NewLayer, signal: AbortSignal): Promise<LayerStatus> {
  const parent = wanted.parent === null ? undefined : await getLayer(pool, wanted.parent)
  const sizeBytes = Math.max(roundedSize(wanted.sizeBytes), parent?.virtualSizeBytes ?? 0)
  const existing = await findLayer(pool, wanted.layer)
  if (existing) return assertSame(existing, { ...wanted, sizeBytes })
  const temporary = join(pool.incomingDirectory, `${wanted.layer}.${pool.writer}.new`)
  // The backing file is named relative to the layer's final place, so QEMU must not look for it now (-u).
  const backing = wanted.parent === null ? [] : ['-u', '-b', `${wanted.parent}${suffix}`, '-F', 'qcow2']
  try {
    await rm(temporary, { force: true })
    await qemuImg(['create', '-q', '-f', 'qcow2', ...backing, temporary, String(sizeBytes)], signal)
    const status = await publish(pool, temporary, wanted.layer, 0o600)
    if (wanted.parent !== null) await assertParentStayed(pool, wanted.layer, wanted.parent)
    return status
  } finally {
    await rm(temporary, { force: true })
  }
}

/** Our locks end at this host: on a shared pool another one may have removed the parent meanwhile. */
async function assertParentStayed(pool: OpenPool, layer: string, parent: string): Promise<void> {
  if (await findLayer(pool, parent)) return
  await rm(layerPath(pool, layer), { force: true })
  throw layerNotFound(parent)
}

async function assertNoChildren(pool: OpenPool, layer: string): Promise<void> {
  const child = (await listLayers(pool)).find((other) => other.parent === layer)
  if (child) throw layerInUse(`The layer ${child.layer} stands on ${layer}.`, 'Remove what stands on it first.')
}

/**
 * Grows a layer that no guest runs on; a smaller or equal size changes nothing.
 * @throws PrimaryFileError LAYER_NOT_FOUND, LAYER_IN_USE, IMAGE_INVALID; errors of system and qemu-img as they are
 */
export async function growLayer(pool: OpenPool, layer: string, givenSizeBytes: number, signal: AbortSignal) {
  const sizeBytes = roundedSize(givenSizeBytes)
  const status = await getLayer(pool, layer)
  if (status.virtualSizeBytes >= sizeBytes) return status
  await assertNoChildren(pool, layer)
  try {
    await qemuImg(['resize', '-q', '-f', 'qcow2', layerPath(pool, layer), String(sizeBytes)], signal)
    await withFile(layerPath(pool, layer), 'r', (file) => file.sync())
  } catch (error) {
    throw isLocked(error) ? openElsewhere(layer, error) : error
  }
  return getLayer(pool, layer)
}

function isLocked(error: unknown): boolean {
  return error instanceof QemuImgError && error.failure === 'lock'
}

function openElsewhere(layer: string, cause: unknown): PrimaryFileError {
  return layerInUse(`A running guest has the layer ${layer} open.`, 'Stop the guest first.', cause)
}

/** QEMU locks the files it has open; a damaged file that cannot be described is nobody's. */
async function assertNotOpen(path: string, layer: string, signal: AbortSignal): Promise<void> {
  try {
    await qemuImg(['info', '-f', 'qcow2', path], signal)
  } catch (error) {
    if (isLocked(error)) throw openElsewhere(layer, error)
    if (!(error instanceof QemuImgError) || error.failure === 'missing') throw error
  }
}

/**
 * Removes a layer and everything half-made of it.
 * @throws PrimaryFileError LAYER_IN_USE; errors of system and qemu-img as they are
 */
export async function removeLayer(pool: OpenPool, layer: string, signal: AbortSignal): Promise<void> {
  if ((await readdir(pool.layersDirectory)).includes(`${layer}${suffix}`)) {
    await assertNoChildren(pool, layer)
    await assertNotOpen(layerPath(pool, layer), layer, signal)
    await rm(layerPath(pool, layer), { force: true })
    await syncDirectory(pool.layersDirectory)
  }
  for (const file of await incomingFiles(pool, layer)) await rm(file, { force: true })
}
