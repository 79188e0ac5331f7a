/** Images and where they are kept. */
import {
  authorizeAt,
  bySaga,
  type Cluster,
  conflict,
  implement,
  type Module,
  type NodeLease,
  recovering,
  type Store,
} from '@basalt/kernel'
import { createImage } from './image/create-image.saga.ts'
import { deleteImage } from './image/delete-image.saga.ts'
import { type ImageRow, image } from './image/image.resource.ts'
import { createReceivers } from './image/receivers.ts'
import { recoverImage } from './image/recover-image.saga.ts'
import { uploadRoute } from './image/upload.ts'
import { createUploads } from './image/uploads.ts'
import { examineImageStores } from './image-store/examine-image-stores.ts'
import { imagePath, prepareStore, sizeOf, usageOf } from './image-store/files.ts'
import { type ImageStoreRow, imageStore } from './image-store/image-store.resource.ts'
import { createKeeping, type Keeping } from './image-store/keeping.ts'

export type { ImageRow } from './image/image.resource.ts'

export const imageResources = [imageStore, image]

/** The file of a ready image on this node, for the hosts to fetch; null when there is none. */
export async function imageFile(
  store: Store,
  id: string,
): Promise<{ path: string; sizeBytes: number; sha256: string } | null> {
  const [row] = await store.all<ImageRow>('image', { id })
  const [at] = row ? await store.all<ImageStoreRow>('imageStore', { id: row.store }) : []
  if (!row?.sha256 || !at) return null
  const path = imagePath(at.path, id)
  const sizeBytes = await sizeOf(path)
  return sizeBytes === null ? null : { path, sizeBytes, sha256: row.sha256 }
}

/** A ready image as hosts are told of it, and the node that has its file (empty: any). */
export async function imageOrigin(
  store: Store,
  id: string,
): Promise<{ node: string; sizeBytes: number; sha256: string } | null> {
  const [row] = await store.all<ImageRow>('image', { id })
  const [at] = row ? await store.all<ImageStoreRow>('imageStore', { id: row.store }) : []
  if (!row?.sha256 || row.sizeBytes === null || !at) return null
  return { node: at.node, sizeBytes: row.sizeBytes, sha256: row.sha256 }
}

/** The store with the most room; one that cannot be read is passed over, and one whose node does not live. */
async function emptiest(stores: readonly ImageStoreRow[], keeping: Keeping): Promise<ImageStoreRow | undefined> {
  const rooms = await Promise.allSettled(
    stores.map(async (at) => {
      if (keeping.isHere(at)) return (await usageOf(at.path)).availableBytes
      return keeping.isReachable(at) ? at.availableBytes : -1
    }),
  )
  const roomOf = (index: number): number => {
    const room = rooms[index]
    return room?.status === 'fulfilled' ? room.value : -1
  }
  const [best] = [...stores.keys()].filter((index) => roomOf(index) >= 0).sort((a, b) => roomOf(b) - roomOf(a))
  return best === undefined ? undefined : stores[best]
}

const imageSlice = (keeping: Keeping) =>
  implement(image, {
    create: bySaga(createImage, async ({ id, input, caller, store }) => {
      if (input.public) await authorizeAt(store.database, caller, image, 'publish', { account: caller.account })
      const at = await emptiest(await store.all<ImageStoreRow>('imageStore', {}), keeping)
      if (!at)
        throw conflict('NO_IMAGE_STORE', 'There is no image store yet.', 'An operator adds one: POST /v1/image-stores.')
      return {
        input: { allowPrivate: caller.operator },
        ids: { image: id },
        set: { store: at.id, public: input.public ?? false },
      }
    }),
    recover: bySaga(recoverImage, async (context) => ({ ...recovering('image', context), ids: { image: context.id } })),
    delete: bySaga(deleteImage, async ({ id }) => ({ input: {}, ids: { image: id } })),
  })

export function imageModule({ store, lease, cluster }: { store: Store; lease: NodeLease; cluster: Cluster }): Module {
  const uploads = createUploads()
  const keeping = createKeeping({ store, lease, cluster })
  const receiverFor = createReceivers({ store, cluster, uploads, keeping })
  return {
    name: 'image',
    slices: [
      implement(imageStore, {
        create: {
          short: async ({ input }) => ({
            set: { ...(await prepareStore(input.path)), node: input.shared ? '' : lease.node },
          }),
        },
      }),
      imageSlice(keeping),
    ],
    sagas: [createImage, recoverImage, deleteImage],
    bind: (context) => ({ receiver: receiverFor(context) }),
    routes: [uploadRoute(store, uploads, keeping)],
    examiners: [examineImageStores(store)],
  }
}
