/** `PUT /v1/images/{id}/content`: the upload of an image. */
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { conflict, notFound, Problem, type Route, type Store } from '@basalt/kernel'
import { isUuid } from '@basalt/resource'
import { partPath, receivedPath } from '../image-store/files.ts'
import type { ImageStoreRow } from '../image-store/image-store.resource.ts'
import type { ImageRow } from './image.resource.ts'

const full = (cause: unknown): Problem =>
  new Problem({
    status: 507,
    code: 'NO_SPACE',
    detail: 'The image store is full.',
    remedy: 'Free space in the store, or add another one.',
    cause,
  })

export function uploadRoute(store: Store): Route {
  const uploading = new Set<string>()

  async function save(body: NodeJS.ReadableStream, path: string, id: string): Promise<void> {
    const part = partPath(path, id)
    try {
      await pipeline(body, createWriteStream(part, { mode: 0o640 }))
      await rename(part, receivedPath(path, id))
    } catch (error) {
      await rm(part, { force: true })
      throw (error as NodeJS.ErrnoException).code === 'ENOSPC' ? full(error) : error
    }
  }

  return {
    method: 'PUT',
    path: '/v1/images/:id/content',
    streaming: true,
    operation: {
      operationId: 'image.upload',
      summary:
        'Upload the file of an image that was created without a URL. The task of its creation goes on when all of it is here.',
      tags: ['image'],
      parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string', format: 'uuid' } }],
      requestBody: { required: true, content: { 'application/octet-stream': {} } },
      responses: { '204': { description: 'All of it is here.' } },
    },
    async handle({ caller, params, request, reply }) {
      const id = params.id ?? ''
      const image = isUuid(id) ? await store.get<ImageRow>('image', id, caller) : null
      if (!image || (image.account !== caller.account && !caller.operator)) throw notFound('image', id.slice(0, 64))
      if (image.state !== 'creating' || image.url)
        throw conflict(
          'NOT_EXPECTED',
          `The image "${image.name}" does not wait for an upload.`,
          'Create an image without a URL, then upload it.',
        )
      if (uploading.has(id))
        throw conflict('UPLOAD_UNDER_WAY', 'An upload of this image is under way.', 'Wait until it ends.')
      const [imageStore] = await store.all<ImageStoreRow>('imageStore', { id: image.store })
      if (!imageStore) throw conflict('STORE_GONE', 'The image store is gone.', 'Delete the image and create it anew.')
      uploading.add(id)
      try {
        await save(request.raw, imageStore.path, id)
      } finally {
        uploading.delete(id)
      }
      reply.code(204)
      return undefined
    },
  }
}
