/** Uploads under way in this tab. They outlive the form that began them, not the page. */
import type { Api } from '../api/client.ts'
import { problemOf } from '../api/problem.ts'

export interface Upload {
  image: string
  name: string
  sentBytes: number
  totalBytes: number
  /** Why it stopped. */
  problem?: { message: string; remedy?: string }
  cancel(): void
}

export interface Uploads {
  /** By image; the same map until something changes. */
  all(): ReadonlyMap<string, Upload>
  subscribe(listener: () => void): () => void
  /** Begin to send a file as the content of an image. */
  begin(image: string, file: File): void
  /** Forget one that stopped. */
  dismiss(image: string): void
}

const warn = (event: BeforeUnloadEvent): void => event.preventDefault()

export function createUploads(api: Api): Uploads {
  const listeners = new Set<() => void>()
  let uploads: ReadonlyMap<string, Upload> = new Map()

  function put(image: string, upload: Upload | undefined): void {
    const next = new Map(uploads)
    if (upload) next.set(image, upload)
    else next.delete(image)
    uploads = next
    const busy = [...next.values()].some(({ problem }) => !problem)
    window[busy ? 'addEventListener' : 'removeEventListener']('beforeunload', warn as EventListener)
    for (const listener of listeners) listener()
  }

  async function send(upload: Upload, file: File, signal: AbortSignal): Promise<void> {
    try {
      await api.uploadImage(upload.image, file, (sentBytes) => put(upload.image, { ...upload, sentBytes }), signal)
      put(upload.image, undefined)
    } catch (error) {
      const { message, remedy } = problemOf(error)
      put(upload.image, signal.aborted ? undefined : { ...upload, problem: { message, remedy } })
    }
  }

  return {
    all: () => uploads,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    begin(image, file) {
      const stopped = new AbortController()
      const upload: Upload = {
        image,
        name: file.name,
        sentBytes: 0,
        totalBytes: file.size,
        cancel: () => stopped.abort(),
      }
      put(image, upload)
      void send(upload, file, stopped.signal)
    },
    dismiss: (image) => put(image, undefined),
  }
}
