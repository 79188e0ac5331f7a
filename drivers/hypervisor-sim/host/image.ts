import { createHash, type Hash } from 'node:crypto'
import type { HostCall, ImageSource, PrimaryStorageDeps } from '@basalt/contracts'
import { SimulatorError } from './errors.ts'

/** What came of an image so far. */
export interface PartialImage {
  sha256: string
  receivedBytes: number
  hash: Hash
  /** The first bytes: enough to know the format. */
  head: Buffer
}

const HEAD_BYTES = 104
const QCOW2_MAGIC = 0x514649fb

/** Nothing received yet. */
export function emptyImage(source: ImageSource): PartialImage {
  return { sha256: source.sha256, receivedBytes: 0, hash: createHash('sha256'), head: Buffer.alloc(0) }
}

/**
 * Reads what is missing of an image; `image` holds what came when this rejects.
 * Errors: `IMAGE_UNREACHABLE` (from the source, or because it ended early), `IMAGE_CHECKSUM_MISMATCH`.
 */
export async function receiveImage(
  image: PartialImage,
  source: ImageSource,
  openImage: PrimaryStorageDeps['openImage'],
  call: HostCall,
): Promise<void> {
  const stream = await openImage(source, image.receivedBytes, call.signal)
  try {
    for await (const chunk of stream) {
      call.signal.throwIfAborted()
      append(image, chunk as Buffer)
      call.progress(Math.min(99, Math.floor((image.receivedBytes / source.sizeBytes) * 100)))
    }
  } catch (error) {
    call.signal.throwIfAborted()
    if ((error as { code?: string }).code === 'IMAGE_UNREACHABLE') throw error
    throw new SimulatorError('IMAGE_UNREACHABLE', `The transfer of ${source.url} broke.`, { cause: error })
  } finally {
    stream.destroy()
  }
  verify(image, source)
}

function append(image: PartialImage, chunk: Buffer): void {
  image.hash.update(chunk)
  image.receivedBytes += chunk.length
  if (image.head.length < HEAD_BYTES) image.head = Buffer.concat([image.head, chunk]).subarray(0, HEAD_BYTES)
}

function verify(image: PartialImage, source: ImageSource): void {
  if (image.receivedBytes < source.sizeBytes) {
    throw new SimulatorError('IMAGE_UNREACHABLE', `The transfer of ${source.url} ended early.`)
  }
  const sha256 = image.hash.copy().digest('hex')
  if (image.receivedBytes > source.sizeBytes || sha256 !== source.sha256.toLowerCase()) {
    throw new SimulatorError('IMAGE_CHECKSUM_MISMATCH', `The image at ${source.url} is not the one that was asked for.`)
  }
}

/**
 * Size of the disk in a qcow2 image, as its header tells it.
 * `IMAGE_INVALID` for anything else, and for an image that names another file as its base: that could be any file of the host.
 */
export function virtualSizeOf({ head }: PartialImage): number {
  if (head.length < 32 || head.readUInt32BE(0) !== QCOW2_MAGIC) throw invalid('it is not in qcow2 format')
  if (head.readBigUInt64BE(8) !== 0n) throw invalid('it refers to a backing file')
  return Number(head.readBigUInt64BE(24))
}

/** Refuses with `IMAGE_INVALID` a source that does not say what it is. */
export function requireSource({ sha256, sizeBytes }: ImageSource): void {
  if (!/^[0-9a-f]{64}$/i.test(sha256)) throw invalid('its record has no SHA-256 sum')
  if (!Number.isSafeInteger(sizeBytes) || sizeBytes <= 0) throw invalid('its record has no size')
}

function invalid(reason: string): SimulatorError {
  return new SimulatorError('IMAGE_INVALID', `The image is not usable: ${reason}.`, {
    remedy: 'Provide a complete, stand-alone qcow2 image (qemu-img convert -O qcow2 makes one).',
  })
}
