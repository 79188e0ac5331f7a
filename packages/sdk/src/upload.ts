/** Uploading the file of an image. */
import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { Http } from './http.ts'

export interface UploadOptions {
  /** Length of a stream, when it is known. */
  sizeBytes?: number
  signal?: AbortSignal
  /** @param totalBytes absent for a stream of unknown length */
  onProgress?: (sentBytes: number, totalBytes?: number) => void
}

async function* counted(
  source: AsyncIterable<Uint8Array>,
  totalBytes: number | undefined,
  onProgress: UploadOptions['onProgress'],
): AsyncGenerator<Uint8Array> {
  let sentBytes = 0
  for await (const chunk of source) {
    yield chunk
    sentBytes += chunk.length
    onProgress?.(sentBytes, totalBytes)
  }
}

/**
 * Send the content of an image that was created without a URL; its task goes on when all of it has arrived.
 * @param source path of a file, or a stream of bytes
 */
export async function uploadImage(
  http: Http,
  id: string,
  source: string | AsyncIterable<Uint8Array>,
  options: UploadOptions = {},
): Promise<void> {
  const isFile = typeof source === 'string'
  const sizeBytes = isFile ? (await stat(source)).size : options.sizeBytes
  const bytes = isFile ? createReadStream(source, { highWaterMark: 2 ** 18 }) : source
  const answer = await http.stream('PUT', `/v1/images/${encodeURIComponent(id)}/content`, {
    headers: {
      'content-type': 'application/octet-stream',
      ...(sizeBytes === undefined ? {} : { 'content-length': String(sizeBytes) }),
    },
    body: counted(bytes, sizeBytes, options.onProgress),
    signal: options.signal,
  })
  await answer.text()
}
