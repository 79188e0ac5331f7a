/** Uploads with progress: `fetch` does not tell how much of a body was sent, XMLHttpRequest does. */
import { ApiProblem, problemFromBody } from './problem.ts'

export interface UploadOptions {
  path: string
  file: Blob
  onProgress(sentBytes: number): void
  signal: AbortSignal
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    // The status tells enough.
    return null
  }
}

/** PUT a file; resolves when the server has all of it. */
export function upload({ path, file, onProgress, signal }: UploadOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.open('PUT', path)
    request.setRequestHeader('content-type', 'application/octet-stream')
    request.upload.onprogress = (event) => onProgress(event.loaded)
    request.onload = () =>
      request.status < 300 ? resolve() : reject(problemFromBody(request.status, parsed(request.responseText)))
    request.onerror = () =>
      reject(
        new ApiProblem({
          status: 0,
          code: 'UPLOAD_INTERRUPTED',
          detail: 'The connection broke during the upload.',
          remedy: 'Upload the file again.',
        }),
      )
    request.onabort = () =>
      reject(new ApiProblem({ status: 0, code: 'UPLOAD_CANCELLED', detail: 'The upload was cancelled.' }))
    signal.addEventListener('abort', () => request.abort())
    request.send(file)
  })
}
