/** Looks whether this node reaches the image stores, and whether they have room. */
import { type Examiner, type Finding, percentUsed, type Store } from '@basalt/kernel'
import { usageOf } from './files.ts'
import type { ImageStoreRow } from './image-store.resource.ts'

const NEARLY_FULL_PERCENT = 90
const FULL_PERCENT = 97

async function findingsOf({ id, name, path }: ImageStoreRow): Promise<Finding[]> {
  const about = { kind: 'imageStore', resource: id }
  try {
    const { availableBytes, totalBytes } = await usageOf(path)
    const used = percentUsed(availableBytes, totalBytes)
    if (used < NEARLY_FULL_PERCENT) return []
    return [
      {
        severity: used >= FULL_PERCENT ? 'error' : 'warning',
        code: 'IMAGE_STORE_FULL',
        message: `The file system of the image store "${name}" (${path}) is ${used} % full.`,
        meaning: 'When it is full, no image can be added.',
        remedy: 'Delete images that nobody needs (basalt image list), or make the file system larger.',
        ...about,
      },
    ]
  } catch (error) {
    return [
      {
        severity: 'error',
        code: 'IMAGE_STORE_UNREACHABLE',
        message: `The image store "${name}" (${path}) cannot be read: ${(error as Error).message}`,
        meaning: 'VMs of images that no pool has cached yet cannot be created.',
        remedy: 'On this node: mount the directory, with write permission for the control plane.',
        ...about,
      },
    ]
  }
}

export const examineImageStores = (store: Store): Examiner => ({
  name: 'image stores',
  async examine() {
    const stores = await store.all<ImageStoreRow>('imageStore', {})
    return (await Promise.all(stores.map(findingsOf))).flat()
  },
})
