import { createHash, type Hash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { type FileHandle, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { addAbortSignal } from 'node:stream'
import { setTimeout as delay } from 'node:timers/promises'
import type { HostCall, ImageSource, LayerStatus, PrimaryStorageDeps } from '@basalt/contracts'
import { layerInUse, PrimaryFileError, systemCode } from './errors.ts'
import { findLayer, publish } from './layers.ts'
import { incomingFiles, noSpace, type OpenPool, usageOf, withFile } from './pool.ts'
import { assertAgrees, assertStandAlone, readQcow2 } from './qcow2.ts'
import { QemuImgError, qemuImg } from './qemu-img.ts'

/** Attempts in a row that bring no byte before we give up; a resumed transfer starts counting anew. */
const maxFruitlessAttempts = 5
const imageMode = 0o444

/** What a transfer needs beyond the pool. */
export interface FetchDeps extends PrimaryStorageDeps {
  /** A source that stays silent for so long is asked again. */
  stallTimeoutMs: number
  /** Pause before the first repeated attempt. */
  retryPauseMs: number
}

interface Transfer {
  partPath: string
  source: ImageSource
  call: HostCall
  deps: FetchDeps
}

function checksumMismatch(message: string): PrimaryFileError {
  const remedy = 'The image on the image store differs from its record: check it there, or add it again.'
  return new PrimaryFileError('IMAGE_CHECKSUM_MISMATCH', message, remedy)
}

function unreachable(cause: unknown): PrimaryFileError {
  if (cause instanceof PrimaryFileError) return cause
  const remedy = 'Check the way from the host to the image store; the transfer will go on where it stopped.'
  return new PrimaryFileError('IMAGE_UNREACHABLE', 'The image store did not deliver the image.', remedy, { cause })
}

/** Length of what an earlier call left; a part that is too long starts over. */
async function partSize({ partPath, source }: Transfer): Promise<number> {
  const part = await stat(partPath).catch((error: unknown) => {
    if (systemCode(error) === 'ENOENT') return undefined
    throw error
  })
  if (part === undefined || part.size <= source.sizeBytes) return part?.size ?? 0
  await rm(partPath)
  return 0
}

/** Where to go on, with the hash of what is there already. */
async function resumePoint(transfer: Transfer): Promise<{ offset: number; hash: Hash }> {
  const hash = createHash('sha256')
  const offset = await partSize(transfer)
  if (offset === 0) return { offset, hash }
  const part = createReadStream(transfer.partPath, { signal: transfer.call.signal })
  for await (const chunk of part) hash.update(chunk as Buffer)
  return { offset, hash }
}

/** Opens the source and hands on its chunks; fails when nothing happens for `stallTimeoutMs`. */
async function* chunksFrom(transfer: Transfer, offset: number): AsyncGenerator<Buffer> {
  const { source, call, deps } = transfer
  const stall = new AbortController()
  const watch = () =>
    setTimeout(() => stall.abort(new Error(`no data for ${deps.stallTimeoutMs} ms`)), deps.stallTimeoutMs)
  const signal = AbortSignal.any([call.signal, stall.signal])
  let timer = watch()
  try {
    const stream = await deps.openImage(source, offset, signal)
    for await (const chunk of addAbortSignal(signal, stream)) {
      clearTimeout(timer)
      yield chunk as Buffer
      timer = watch()
    }
  } finally {
    clearTimeout(timer)
  }
}

/** The pool failed, not the source: asking the source again would not help. */
class PoolWriteError extends Error {}

async function write(file: FileHandle, chunk: Buffer): Promise<void> {
  try {
    await file.appendFile(chunk)
  } catch (cause) {
    throw new PoolWriteError('the pool does not take the image', { cause })
  }
}

/** Copies from `offset` on until the source ends; returns the new offset. Source failures are returned, not thrown. */
async function copyOnce(transfer: Transfer, file: FileHandle, offset: number, hash: Hash) {
  const { source, call } = transfer
  let at = offset
  let percent = -1
  try {
    for await (const chunk of chunksFrom(transfer, offset)) {
      if (at + chunk.length > source.sizeBytes) throw checksumMismatch('The image is longer than recorded.')
      await write(file, chunk)
      hash.update(chunk)
      at += chunk.length
      const now = Math.floor((at / source.sizeBytes) * 100)
      if (now !== percent) call.progress(now, 'Fetching the image')
      percent = now
    }
    return { at, failure: at < source.sizeBytes ? new Error('the transfer ended early') : undefined }
  } catch (error) {
    call.signal.throwIfAborted()
    if (error instanceof PoolWriteError) throw error.cause
    if (error instanceof PrimaryFileError && error.code === 'IMAGE_CHECKSUM_MISMATCH') throw error
    return { at, failure: error }
  }
}

/** Brings the part to its full length and returns the sha256 of its content in hexadecimal. */
async function download(transfer: Transfer): Promise<{ sha256: string; resumed: boolean }> {
  const { offset, hash } = await resumePoint(transfer)
  await withFile(transfer.partPath, 'a', async (file) => {
    for (let at = offset, fruitless = 0; at < transfer.source.sizeBytes; ) {
      const step = await copyOnce(transfer, file, at, hash)
      if (step.failure === undefined) return
      fruitless = step.at > at ? 1 : fruitless + 1
      if (fruitless >= maxFruitlessAttempts) throw unreachable(step.failure)
      at = step.at
      await delay(transfer.deps.retryPauseMs * 2 ** (fruitless - 1), undefined, { signal: transfer.call.signal })
    }
  })
  return { sha256: hash.digest('hex'), resumed: offset > 0 }
}

/** A wrong sum after resuming may be an old, torn part: then the whole image is fetched once more. */
async function downloadVerified(transfer: Transfer): Promise<void> {
  const { sha256, resumed } = await download(transfer)
  if (sha256 === transfer.source.sha256.toLowerCase()) return
  await rm(transfer.partPath, { force: true })
  if (!resumed) throw checksumMismatch('The image does not have the recorded SHA-256 sum.')
  await downloadVerified(transfer)
}

/** Our own reading of the header comes first: it bounds what QEMU will then see. */
async function assertUsable(path: string, signal: AbortSignal): Promise<void> {
  const header = await readQcow2(path)
  assertStandAlone(header)
  try {
    assertAgrees(header, await qemuImg(['info', '-f', 'qcow2', '--output=json', path], signal))
  } catch (error) {
    if (!(error instanceof QemuImgError) || error.failure === 'missing') throw error
    const remedy = 'Provide a complete, stand-alone qcow2 image (qemu-img convert -O qcow2 makes one).'
    throw new PrimaryFileError('IMAGE_INVALID', 'QEMU cannot read the image.', remedy, { cause: error })
  }
}

async function assertRoom(pool: OpenPool, transfer: Transfer): Promise<void> {
  const { availableBytes } = await usageOf(pool.path)
  if (transfer.source.sizeBytes - (await partSize(transfer)) > availableBytes) throw await noSpace(pool.path)
}

function keepsPart(error: unknown, signal: AbortSignal): boolean {
  return signal.aborted || (error instanceof PrimaryFileError && error.code === 'IMAGE_UNREACHABLE')
}

/**
 * Brings an image into the pool as a layer. What was transferred stays for the next call when the source broke off or
 * the call was cancelled, and is removed after every other failure. The caller holds the lock of the layer.
 * @throws PrimaryFileError IMAGE_UNREACHABLE, IMAGE_CHECKSUM_MISMATCH, IMAGE_INVALID, NO_SPACE, LAYER_IN_USE;
 * errors of system and qemu-img as they are
 */
export async function fetchLayer(
  pool: OpenPool,
  layer: string,
  source: ImageSource,
  context: { call: HostCall; deps: FetchDeps },
): Promise<LayerStatus> {
  const existing = await findLayer(pool, layer)
  if (existing?.parent === null) return existing
  if (existing) throw layerInUse(`The layer ${layer} exists and is no image.`, 'Use a new id for the image.')
  const name = `${layer}.${pool.writer}.${source.sha256.slice(0, 16).toLowerCase()}.part`
  const transfer: Transfer = { partPath: join(pool.incomingDirectory, name), source, ...context }
  try {
    const others = (await incomingFiles(pool, `${layer}.${pool.writer}`)).filter((path) => path !== transfer.partPath)
    for (const path of others) await rm(path, { force: true })
    await assertRoom(pool, transfer)
    await downloadVerified(transfer)
    await assertUsable(transfer.partPath, context.call.signal)
    return await publish(pool, transfer.partPath, layer, imageMode)
  } catch (error) {
    if (!keepsPart(error, context.call.signal)) await rm(transfer.partPath, { force: true })
    throw error
  }
}
