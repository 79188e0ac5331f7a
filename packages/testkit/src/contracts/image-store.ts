import { Readable } from 'node:stream'
import type { ImageSource, PrimaryStorageDeps } from '@basalt/contracts'
import type { Qcow2Fixture } from './qcow2-fixture.ts'

/** Where a storage driver under test gets its images, and what it asked for. */
export interface TestImageStore {
  openImage: PrimaryStorageDeps['openImage']
  /** Offer an image under a new address. `says` changes what its record claims. */
  publish(image: Qcow2Fixture, says?: Partial<ImageSource>): ImageSource
  /** Break the next transfer of this source after so many bytes from its start; 0 refuses it. */
  breakAt(source: ImageSource, bytes: number): void
  /** Stop delivering after so many bytes, until the reader gives up. */
  stallAt(source: ImageSource, bytes: number): void
  /** The source cannot be reached from now on (or can be again). */
  setReachable(source: ImageSource, reachable: boolean): void
  /** Offsets from which it was opened. */
  offsets(source: ImageSource): number[]
}

interface Published {
  bytes: Buffer
  offsets: number[]
  reachable: boolean
  next?: { kind: 'break' | 'stall'; at: number }
}

const CHUNK_BYTES = 32_768

/** An empty store. */
export function createTestImageStore(): TestImageStore {
  const images = new Map<string, Published>()

  function find({ url }: ImageSource): Published {
    const found = images.get(url)
    if (!found) throw unreachable(`there is no image at ${url}`)
    return found
  }

  return {
    async openImage(source, offset, signal) {
      signal.throwIfAborted()
      const image = find(source)
      image.offsets.push(offset)
      const { next } = image
      image.next = undefined
      if (!image.reachable || (next?.kind === 'break' && next.at <= offset)) throw unreachable(`${source.url} is away`)
      return Readable.from(deliver(image.bytes.subarray(offset), next && { ...next, at: next.at - offset }, signal))
    },
    publish(image, says = {}) {
      const url = `https://images.invalid/${images.size}`
      images.set(url, { bytes: image.bytes, offsets: [], reachable: true })
      return { url, sha256: image.sha256, sizeBytes: image.sizeBytes, ...says }
    },
    breakAt(source, at) {
      find(source).next = { kind: 'break', at }
    },
    stallAt(source, at) {
      find(source).next = { kind: 'stall', at }
    },
    setReachable(source, reachable) {
      find(source).reachable = reachable
    },
    offsets: (source) => find(source).offsets,
  }
}

async function* deliver(bytes: Buffer, fault: Published['next'], signal: AbortSignal): AsyncGenerator<Buffer> {
  const end = fault ? Math.min(fault.at, bytes.length) : bytes.length
  for (let at = 0; at < end; at += CHUNK_BYTES) yield bytes.subarray(at, Math.min(at + CHUNK_BYTES, end))
  if (fault?.kind === 'break') throw new Error('the connection broke')
  if (fault?.kind === 'stall') await aborted(signal)
}

async function aborted(signal: AbortSignal): Promise<never> {
  await new Promise((resolve) => {
    if (signal.aborted) resolve(undefined)
    else signal.addEventListener('abort', resolve, { once: true })
  })
  throw signal.reason
}

function unreachable(message: string): Error {
  return Object.assign(new Error(message), { code: 'IMAGE_UNREACHABLE' })
}
