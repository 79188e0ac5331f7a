/** `PUT /v1/images/{id}/content`: the upload of an image. */
import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import {
  authorize,
  conflict,
  notFound,
  Problem,
  type Route,
  type RouteContext,
  type Row,
  type Store,
} from '@basalt/kernel'
import { isUuid } from '@basalt/resource'
import { partPath, receivedPath, sizeOf, usageOf } from '../image-store/files.ts'
import type { ImageStoreRow } from '../image-store/image-store.resource.ts'
import type { Keeping } from '../image-store/keeping.ts'
import { image as definition, type ImageRow } from './image.resource.ts'
import type { Upload, Uploads } from './uploads.ts'

const full = (cause?: unknown): Problem =>
  new Problem({
    status: 507,
    code: 'NO_SPACE',
    detail: 'The image store is full.',
    remedy: 'Free space in the store, or add another one.',
    cause,
  })

const notExpected = (name: string): Problem =>
  conflict(
    'NOT_EXPECTED',
    `The image "${name}" does not wait for an upload.`,
    'Create an image without a URL, then upload it.',
  )

const broken = (cause: unknown): Problem =>
  new Problem({
    status: 400,
    code: 'UPLOAD_BROKEN',
    detail: 'The upload ended before all of it was here.',
    remedy: 'Upload it again; the image still waits for it.',
    cause,
  })

const BROKEN = new Set(['ECONNRESET', 'ERR_STREAM_PREMATURE_CLOSE', 'ABORT_ERR'])

/** Errors of a stream in words; what is none of these is a bug. */
function explain(error: unknown, name: string): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code === 'ENOSPC') return full(error)
  // Its task was cancelled meanwhile, which took the file away.
  if (code === 'ENOENT') return notExpected(name)
  return code && BROKEN.has(code) ? broken(error) : error
}

async function save(body: NodeJS.ReadableStream, store: string, image: ImageRow, upload: Upload): Promise<void> {
  const part = partPath(store, image.id)
  const meter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      upload.receivedBytes += chunk.length
      done(null, chunk)
    },
  })
  try {
    await pipeline(body, meter, createWriteStream(part, { mode: 0o640 }))
    await rename(part, receivedPath(store, image.id))
  } catch (error) {
    await rm(part, { force: true })
    throw explain(error, image.name)
  }
}

export function uploadRoute(store: Store, uploads: Uploads, keeping: Keeping): Route {
  async function shown({ caller, params }: RouteContext): Promise<ImageRow> {
    const id = params.id ?? ''
    const image = isUuid(id) ? await store.get<ImageRow>('image', id, caller) : null
    if (!image) throw notFound('image', id.slice(0, 64))
    return image
  }

  /** Where the file of an image that the caller may upload now goes. */
  async function target({ caller }: RouteContext, image: ImageRow): Promise<string> {
    const { id } = image
    await authorize(store.database, caller, definition, 'upload', image as unknown as Row)
    if (image.state !== 'creating' || image.url) throw notExpected(image.name)
    const [imageStore] = await store.all<ImageStoreRow>('imageStore', { id: image.store })
    if (!imageStore) throw conflict('STORE_GONE', 'The image store is gone.', 'Delete the image and create it anew.')
    if ((await sizeOf(receivedPath(imageStore.path, id))) !== null)
      throw conflict('NOT_EXPECTED', `The image "${image.name}" is uploaded already.`, 'Wait for its task.')
    return imageStore.path
  }

  async function handle(context: RouteContext): Promise<undefined> {
    const { request, reply } = context
    const image = await shown(context)
    const keeper = await keeping.keeperOf(image.id)
    if (keeper) return void (await keeping.forward(keeper, context))
    const path = await target(context, image)
    const header = request.headers['content-length']
    const totalBytes = header === undefined ? null : Number(header)
    if (totalBytes !== null && totalBytes > (await usageOf(path)).availableBytes) throw full()
    const upload = uploads.begin(image.id, totalBytes)
    if (!upload) throw conflict('UPLOAD_UNDER_WAY', 'An upload of this image is under way.', 'Wait until it ends.')
    try {
      await save(request.raw, path, image, upload)
    } finally {
      uploads.end(image.id)
    }
    reply.code(204)
    return undefined
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
    handle,
  }
}
