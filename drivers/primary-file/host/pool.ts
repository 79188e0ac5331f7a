import { type FileHandle, mkdir, open, readdir, readFile, rename, rm, rmdir, stat, statfs } from 'node:fs/promises'
import { isAbsolute, join, normalize } from 'node:path'
import type { PoolSpec, PoolUsage } from '@basalt/contracts'
import { layerInUse, PrimaryFileError, systemCode } from './errors.ts'

/** Ids become file names: no dots, no slashes, nothing to escape. */
const idPattern = /^[A-Za-z0-9][A-Za-z0-9_-]{0,127}$/
const markFile = 'basalt-pool.json'
const directoryMode = 0o711

/** A pool whose mark was just seen, and the places in it. Layers lie side by side so that parents are plain names. */
export interface OpenPool {
  path: string
  layersDirectory: string
  /** Half-made files, `<layer>.<writer>.<rest>`; nothing in here is a layer. */
  incomingDirectory: string
  /** Tells this host's half-made files from those of other hosts on a shared pool; stays the same over restarts. */
  writer: string
}

/** @throws PrimaryFileError LAYER_NOT_FOUND for what cannot be an id */
export function assertLayerId(layer: string): void {
  if (typeof layer === 'string' && idPattern.test(layer)) return
  throw new PrimaryFileError('LAYER_NOT_FOUND', 'The layer id is malformed.', 'Use the id the control plane gave.')
}

function unusable(message: string, remedy: string, cause?: unknown): PrimaryFileError {
  return new PrimaryFileError('POOL_UNUSABLE', message, remedy, { cause })
}

function assertSpec(pool: PoolSpec): void {
  if (pool.kind !== 'local' && pool.kind !== 'smp') {
    throw unusable(`This driver does not serve pools of kind ${pool.kind}.`, 'Use a pool of kind local or smp.')
  }
  if (!idPattern.test(pool.pool)) throw unusable('The pool id is malformed.', 'Use the id the control plane gave.')
  const { path } = pool
  const plain =
    isAbsolute(path) && normalize(path) === path && path !== '/' && !path.endsWith('/') && !path.includes('\0')
  if (!plain)
    throw unusable('The path of the pool must be absolute and plain.', 'Give it as /a/b, without .. or final slash.')
}

function placesOf(path: string, writer: string): OpenPool {
  return { path, layersDirectory: join(path, 'layers'), incomingDirectory: join(path, 'incoming'), writer }
}

function notMounted(pool: PoolSpec, cause?: unknown): PrimaryFileError {
  const message = `${pool.path} does not hold the pool ${pool.pool} on this host.`
  const remedy = pool.kind === 'smp' ? 'Mount the shared file system there.' : 'Mount the disk of the pool there.'
  return new PrimaryFileError('POOL_NOT_MOUNTED', message, remedy, { cause })
}

/** Pool id in the mark; undefined when the directory has none. */
async function readMark(path: string): Promise<string | undefined> {
  let text: string
  try {
    text = await readFile(join(path, markFile), 'utf8')
  } catch (error) {
    if (systemCode(error) === 'ENOENT' || systemCode(error) === 'ENOTDIR') return undefined
    throw unusable(`The mark of the pool in ${path} cannot be read.`, 'Look at the file system of the pool.', error)
  }
  try {
    const mark: unknown = JSON.parse(text)
    if (typeof mark === 'object' && mark !== null && 'pool' in mark && typeof mark.pool === 'string') return mark.pool
  } catch (error) {
    throw unusable(`The mark ${markFile} in ${path} is damaged.`, 'Restore the file from another copy.', error)
  }
  throw unusable(`The mark ${markFile} in ${path} is damaged.`, 'Restore the file from another copy.')
}

function assertMark(pool: PoolSpec, mark: string | undefined): void {
  if (mark === undefined) throw notMounted(pool)
  if (mark === pool.pool) return
  throw unusable(`${pool.path} belongs to another pool (${mark}).`, 'Choose another directory for this pool.')
}

/**
 * Checks that the pool is really there: a directory whose file system is not mounted has no mark.
 * @throws PrimaryFileError POOL_NOT_MOUNTED, POOL_UNUSABLE
 */
export async function enterPool(pool: PoolSpec, writer: string): Promise<OpenPool> {
  assertSpec(pool)
  assertMark(pool, await readMark(pool.path))
  return placesOf(pool.path, writer)
}

/** Makes name changes in a directory survive a power cut. */
export async function syncDirectory(path: string): Promise<void> {
  await withFile(path, 'r', (directory) => directory.sync())
}

/** Opens a file for the length of `work`. */
export async function withFile<T>(path: string, flags: string, work: (file: FileHandle) => Promise<T>): Promise<T> {
  const file = await open(path, flags, 0o600)
  try {
    return await work(file)
  } finally {
    await file.close()
  }
}

async function writeMark(pool: PoolSpec): Promise<void> {
  const temporary = join(pool.path, `${markFile}.${process.pid}.new`)
  try {
    await withFile(temporary, 'w', async (file) => {
      await file.writeFile(`${JSON.stringify({ pool: pool.pool })}\n`)
      await file.sync()
    })
    await rename(temporary, join(pool.path, markFile))
    await syncDirectory(pool.path)
  } finally {
    await rm(temporary, { force: true })
  }
}

/** Claims an empty or unmarked directory. A shared directory is the operator's to mount; a local one is made. */
async function initialize(pool: PoolSpec): Promise<void> {
  if (pool.kind === 'local') await mkdir(pool.path, { recursive: true, mode: directoryMode })
  const directory = await stat(pool.path).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') throw notMounted(pool, error)
    throw error
  })
  if (!directory.isDirectory()) throw unusable(`${pool.path} is not a directory.`, 'Give a directory.')
  if ((await readMark(pool.path)) === undefined) await writeMark(pool)
}

/**
 * Makes the pool usable, on `initialize` by marking the directory with the pool's id.
 * @throws PrimaryFileError POOL_NOT_MOUNTED, POOL_UNUSABLE; errors of the system as they are
 */
export async function openPool(pool: PoolSpec, options: { initialize: boolean; writer: string }): Promise<OpenPool> {
  assertSpec(pool)
  if (options.initialize) await initialize(pool)
  const places = await enterPool(pool, options.writer)
  await mkdir(places.layersDirectory, { recursive: true, mode: directoryMode })
  await mkdir(places.incomingDirectory, { recursive: true, mode: 0o700 })
  return places
}

/**
 * Takes the mark away, and what stands around it; the directory itself stays. Nothing happens where the mark is not that of the pool.
 * @throws PrimaryFileError LAYER_IN_USE as long as there are layers
 */
export async function closePool(pool: PoolSpec, writer: string): Promise<void> {
  assertSpec(pool)
  if ((await readMark(pool.path)) !== pool.pool) return
  const { layersDirectory, incomingDirectory } = placesOf(pool.path, writer)
  try {
    await rmdir(layersDirectory)
  } catch (error) {
    const code = systemCode(error)
    if (code === 'ENOTEMPTY' || code === 'EEXIST')
      throw layerInUse(`The pool in ${pool.path} has layers.`, 'Remove them first.', error)
    if (code !== 'ENOENT') throw error
  }
  await rm(incomingDirectory, { recursive: true, force: true })
  await rm(join(pool.path, markFile), { force: true })
  await syncDirectory(pool.path)
}

/** Space of the file system that holds the pool; `availableBytes` is what an unprivileged writer may still take. */
export async function usageOf(path: string): Promise<PoolUsage> {
  const { bsize, blocks, bavail } = await statfs(path)
  return { totalBytes: blocks * bsize, availableBytes: bavail * bsize }
}

/** The error of a full pool. */
export async function noSpace(path: string, cause?: unknown): Promise<PrimaryFileError> {
  const { availableBytes } = await usageOf(path)
  const remedy = 'Remove volumes or images that are not needed, or enlarge the pool.'
  const details = { availableBytes }
  return new PrimaryFileError('NO_SPACE', `The pool in ${path} is full.`, remedy, { cause, details })
}

/** Turns a system error of work in the pool into one a user understands. */
export async function explainSystem(error: unknown, path: string): Promise<unknown> {
  const code = systemCode(error)
  if (code === undefined) return error
  if (code === 'ENOSPC' || code === 'EDQUOT') return noSpace(path, error)
  return unusable(`The pool in ${path} cannot be used (${code}).`, 'Look at the file system of the pool.', error)
}

/** Paths of half-made files of one layer. */
export async function incomingFiles(pool: OpenPool, layer: string): Promise<string[]> {
  const names = await readdir(pool.incomingDirectory)
  return names.filter((name) => name.startsWith(`${layer}.`)).map((name) => join(pool.incomingDirectory, name))
}
