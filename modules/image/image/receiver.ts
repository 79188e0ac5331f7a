/** Brings an image into its store, checks it, and takes it away again. Each method stands being repeated. */
import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { type FencedWriter, type Operation, Problem, type Store } from '@basalt/kernel'
import { imagePath, partPath, publish, receivedPath, removeFiles, sizeOf, usageOf } from '../image-store/files.ts'
import type { ImageStoreRow } from '../image-store/image-store.resource.ts'
import { fetchImage } from './download.ts'
import type { ImageRow } from './image.resource.ts'
import { inspect } from './qcow2.ts'
import { createImageRecovery, type ImageRecovery } from './recovery.ts'
import { arrival, type Uploads } from './uploads.ts'

export type ReportProgress = (percent: number, message?: string) => void

export interface Receiver extends ImageRecovery {
  /** Download it, or wait until it was uploaded. */
  receive(
    image: string,
    options: { allowPrivate: boolean; signal: AbortSignal; progress: ReportProgress },
  ): Promise<void>
  /** Check format and checksum, then make it usable. */
  verify(image: string, options: { signal: AbortSignal; progress: ReportProgress }): Promise<void>
  /** Gone afterwards. */
  discard(image: string): Promise<void>
}

const LOOK_MS = 200

async function sha256Of(
  path: string,
  sizeBytes: number,
  { signal, progress }: { signal: AbortSignal; progress: ReportProgress },
): Promise<string> {
  const hash = createHash('sha256')
  let read = 0
  for await (const chunk of createReadStream(path, { highWaterMark: 2 ** 20, signal })) {
    hash.update(chunk as Buffer)
    read += (chunk as Buffer).length
    progress((read / sizeBytes) * 100, 'checking the checksum')
  }
  return hash.digest('hex')
}

const mismatch = (expected: string, actual: string): Problem =>
  new Problem({
    status: 422,
    code: 'IMAGE_CHECKSUM_MISMATCH',
    detail: `The checksum of the file is ${actual}, not ${expected}.`,
    remedy: 'Get the file again, or correct the checksum.',
  })

export function createReceiver(deps: { store: Store; writer: FencedWriter; uploads: Uploads }): Receiver {
  const { store, writer, uploads } = deps

  /** How full the store is now, with whatever else is written. */
  async function usage(imageStore: string, path: string): Promise<Operation> {
    return { op: 'update', kind: 'imageStore', id: imageStore, set: { ...(await usageOf(path)) } }
  }

  async function load(id: string): Promise<{ image: ImageRow; path: string }> {
    const [image] = await store.all<ImageRow>('image', { id })
    const [imageStore] = image ? await store.all<ImageStoreRow>('imageStore', { id: image.store }) : []
    if (!image || !imageStore) throw new Error(`the image ${id} or its store is gone`)
    return { image, path: imageStore.path }
  }

  const receiver: Omit<Receiver, keyof ImageRecovery> = {
    async receive(id, options) {
      const { image, path } = await load(id)
      const arrived = async () => (await sizeOf(receivedPath(path, id))) ?? (await sizeOf(imagePath(path, id)))
      if ((await arrived()) !== null) return
      if (image.url) {
        // Files know no fence: whoever was taken over must not begin one that nobody will remove.
        await writer.commit([])
        // What an earlier process left is only gone on with when the checksum will tell whether it fits.
        const target = partPath(path, id)
        if (!image.sha256) await rm(target, { force: true })
        await fetchImage({ url: image.url, target, ...options })
        await rename(partPath(path, id), receivedPath(path, id))
        return
      }
      options.progress(0, 'waiting for the upload')
      while ((await arrived()) === null) {
        const upload = uploads.get(id)
        if (upload) options.progress(...arrival(upload.receivedBytes, upload.totalBytes))
        await sleep(LOOK_MS, undefined, { signal: options.signal })
      }
    },
    async verify(id, options) {
      const { image, path } = await load(id)
      if ((await sizeOf(imagePath(path, id))) !== null) return
      const file = receivedPath(path, id)
      const sizeBytes = (await sizeOf(file)) ?? 0
      const { virtualSizeBytes } = await inspect(file)
      const sha256 = await sha256Of(file, sizeBytes, options)
      if (image.sha256 && image.sha256 !== sha256) throw mismatch(image.sha256, sha256)
      await writer.commit([
        { op: 'update', kind: 'image', id, set: { sizeBytes, virtualSizeBytes, sha256 } },
        await usage(image.store, path),
        // Nobody knew before how large it is.
        { op: 'withinQuota' },
      ])
      await publish(path, id)
    },
    async discard(id) {
      const { image, path } = await load(id)
      await removeFiles(path, id)
      await writer.commit([await usage(image.store, path)])
    },
  }
  const { verify, discard } = receiver
  return { ...receiver, ...createImageRecovery({ store, writer, load, sha256Of, verify, discard }) }
}
