/** What there is of an image, and how it is brought to a state that is true. */
import { rm } from 'node:fs/promises'
import type { Ending, FencedWriter, Store } from '@basalt/kernel'
import { imagePath, partPath, receivedPath, sizeOf } from '../image-store/files.ts'
import type { ImageRow } from './image.resource.ts'

type Attention = { signal: AbortSignal; progress(percent: number, message?: string): void }

/** What was seen of its file. A type, so that it counts as JSON. */
export type FileSight = {
  /** `whole`: verified and as its row says; `damaged`: not any more; `received`: all there, not verified; `none`. */
  file: 'whole' | 'damaged' | 'received' | 'none'
}

export interface ImageRecovery {
  look(image: string, attention: Attention): Promise<FileSight>
  recover(image: string, from: string, sight: FileSight, attention: Attention): Promise<Ending>
}

export function createImageRecovery(deps: {
  store: Store
  writer: FencedWriter
  load(image: string): Promise<{ image: ImageRow; path: string }>
  sha256Of(path: string, sizeBytes: number, attention: Attention): Promise<string>
  verify(image: string, attention: Attention): Promise<void>
  discard(image: string): Promise<void>
}): ImageRecovery {
  const { writer, load, sha256Of, verify, discard } = deps
  return {
    async look(id, attention) {
      const { image, path } = await load(id)
      const sizeBytes = await sizeOf(imagePath(path, id))
      if (sizeBytes === null) return { file: (await sizeOf(receivedPath(path, id))) === null ? 'none' : 'received' }
      if (image.sizeBytes !== sizeBytes) return { file: 'damaged' }
      const same = (await sha256Of(imagePath(path, id), sizeBytes, attention)) === image.sha256
      return { file: same ? 'whole' : 'damaged' }
    },
    async recover(id, from, { file }, attention) {
      const { path } = await load(id)
      if (from === 'deleting') {
        await discard(id)
        return { end: 'deleted', message: 'It was half deleted; the rest of it is gone now.' }
      }
      if (file === 'whole') return { end: 'ready', message: 'Its file is there, and its checksum is right.' }
      if (file === 'received') {
        await verify(id, attention)
        return { end: 'ready', message: 'Its file had arrived; it was checked and is used now.' }
      }
      // What arrived in part is of no use without who fetched it.
      await writer.commit([])
      await rm(partPath(path, id), { force: true })
      const cause =
        file === 'damaged'
          ? { code: 'IMAGE_DAMAGED', message: 'Its file is not what it was when it was added.' }
          : { code: 'IMAGE_FILE_MISSING', message: 'Its file is not in the image store.' }
      const remedy = 'Delete it and add it again; VMs made from it go on.'
      return { end: 'failed', message: `${cause.message} ${remedy}`, cause: { ...cause, remedy } }
    },
  }
}
