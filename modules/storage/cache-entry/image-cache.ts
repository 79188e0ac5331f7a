/** The image cache of pools: whoever needs an image on a pool gets its layer; only one brings it. */
import { randomUUID } from 'node:crypto'
import { PLATFORM, Problem, Refused, type Store, type Tasks } from '@basalt/kernel'
import { truncated } from '@basalt/resource'
import type { StoragePoolRow } from '../storage-pool/storage-pool.resource.ts'
import type { CacheEntryRow } from './cache-entry.resource.ts'
import { fillCacheEntry } from './fill-cache-entry.saga.ts'

export interface ImageCache {
  /** The layer that holds the image on the pool (and, on a local pool, on the host); brings it when it is not there. */
  ensure(request: CacheRequest): Promise<{ layer: string; virtualSizeBytes: number }>
}

export interface CacheRequest {
  image: string
  imageName: string
  pool: StoragePoolRow
  host: string
  signal: AbortSignal
  progress(percent: number, message?: string): void
}

const POLL_MS = 500
/** So often whoever waits says so: what says nothing for long looks stuck. */
const TELL_EVERY_MS = 60_000

const keyOf = ({ image, pool, host }: CacheRequest): string =>
  [image, pool.id, pool.type === 'smp' ? '' : host].join('/')

const failed = (entry: CacheEntryRow, imageName: string): Problem =>
  new Problem({
    status: 409,
    code: entry.cause?.code ?? 'IMAGE_NOT_CACHED',
    detail: `The image "${imageName}" could not be brought to the pool: ${entry.cause?.message ?? 'the download failed'}`,
    remedy: entry.cause?.remedy ?? 'Mend the cause, then try again.',
  })

/** @param tasks given late, since tasks need the sagas that need the cache */
export function createImageCache(deps: { store: Store; tasks: () => Tasks }): ImageCache {
  const { store } = deps

  async function find(key: string): Promise<CacheEntryRow | undefined> {
    return (await store.all<CacheEntryRow>('cacheEntry', { key }))[0]
  }

  /** Begin to fill a new or a failed entry; somebody else may be quicker, which is as good. */
  async function begin(request: CacheRequest, known: CacheEntryRow | undefined): Promise<void> {
    const { image, imageName, pool, host } = request
    const id = known?.id ?? randomUUID()
    const layer = known?.layer ?? randomUUID()
    const row = {
      id,
      name: truncated(imageName, 63),
      description: '',
      zone: pool.zone,
      image,
      pool: pool.id,
      host: pool.type === 'smp' ? null : host,
      key: keyOf(request),
      layer,
      state: 'filling',
    }
    try {
      await deps.tasks().accept({
        id: randomUUID(),
        caller: PLATFORM,
        action: 'cacheEntry.fill',
        resourceKind: 'cacheEntry',
        resource: id,
        account: PLATFORM.account,
        title: truncated(`cacheEntry.fill ${imageName}`, 120),
        saga: { name: fillCacheEntry.name, version: fillCacheEntry.version },
        input: { entry: id, host },
        previousState: 'failed',
        claims: [],
        operations: known
          ? [{ op: 'update', kind: 'cacheEntry', id, set: { state: 'filling', cause: null }, from: ['failed'] }]
          : [{ op: 'insert', kind: 'cacheEntry', row }],
      })
    } catch (error) {
      if (!(error instanceof Refused)) throw error
    }
  }

  const change = createWatch(store, async (key) => (await find(key))?.state === 'filling')

  return {
    async ensure(request) {
      const { signal, progress } = request
      const key = keyOf(request)
      let begun = false
      for (;;) {
        signal.throwIfAborted()
        const entry = await find(key)
        if (entry?.state === 'ready') {
          const [row] = await store.all<{ virtualSizeBytes: number }>('layer', { id: entry.layer })
          if (row) return { layer: entry.layer, virtualSizeBytes: row.virtualSizeBytes }
        }
        if (entry?.state === 'failed' && begun) throw failed(entry, request.imageName)
        if (!entry || (entry.state === 'failed' && !begun)) await begin(request, entry)
        begun = true
        progress(10, `waiting for the image "${request.imageName}" on primary storage`)
        await change(key, signal)
      }
    },
  }
}

/** Resolves when there may be news of it, or when nobody waits any more. */
type Change = (key: string, signal: AbortSignal) => Promise<void>

/**
 * Thousands may wait for one image: all that wait for the same one share a look at each change, and are told when it does not fill any
 * more, and once in a while.
 */
function createWatch(store: Store, isFilling: (key: string) => Promise<boolean>): Change {
  const watches = new Map<string, { waiters: number; over: Promise<void> }>()

  async function follow(key: string): Promise<void> {
    const tellAt = performance.now() + TELL_EVERY_MS
    const isWaitedFor = (): boolean => (watches.get(key)?.waiters ?? 0) > 0
    do await nextChange(store)
    while (isWaitedFor() && performance.now() < tellAt && (await isFilling(key)))
  }
  function begin(key: string): { waiters: number; over: Promise<void> } {
    const watch = { waiters: 0, over: follow(key).finally(() => watches.delete(key)) }
    watches.set(key, watch)
    return watch
  }

  return async (key, signal) => {
    const watch = watches.get(key) ?? begin(key)
    watch.waiters++
    await unlessAborted(watch.over, signal).finally(() => watch.waiters--)
  }
}

/** Settles as the work does, or resolves when nobody waits for it any more. */
function unlessAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      signal.removeEventListener('abort', end)
      resolve()
    }
    signal.addEventListener('abort', end)
    work.then(end, reject)
  })
}

/** Something was written here, or half a second passed (another node may have written). */
function nextChange(store: Store): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer)
      stop()
      resolve()
    }
    const timer = setTimeout(done, POLL_MS)
    const stop = store.onFlush(done)
  })
}
