import { createHash } from 'node:crypto'
import { hostname } from 'node:os'
import type { HostCall, PoolSpec, PrimaryStorageDeps, PrimaryStorageDriver } from '@basalt/contracts'
import { PrimaryFileError } from './errors.ts'
import { fetchLayer } from './fetch.ts'
import { getLayer, growLayer, layerPath, listLayers, makeLayer, removeLayer } from './layers.ts'
import { createLocks } from './locks.ts'
import { assertLayerId, closePool, enterPool, explainSystem, type OpenPool, openPool, usageOf } from './pool.ts'
import { explainQemuImg } from './qemu-img.ts'

export { PrimaryFileError } from './errors.ts'

/** What the driver takes beside the agent's own offers. */
export interface PrimaryFileDeps extends PrimaryStorageDeps {
  /** Name of this host among those that share a pool, stable over restarts; the host name by default. */
  writer?: string
  /** An image source that stays silent for so long is asked again. */
  stallTimeoutMs?: number
  /** First pause before a failed transfer goes on; it doubles with every attempt that brings nothing. */
  retryPauseMs?: number
}

const checksumPattern = /^[0-9a-f]{64}$/i

function assertSource(source: { sha256: string; sizeBytes: number }): void {
  if (checksumPattern.test(source.sha256) && Number.isSafeInteger(source.sizeBytes) && source.sizeBytes > 0) return
  throw new PrimaryFileError(
    'IMAGE_INVALID',
    'The record of the image has no valid size or SHA-256 sum.',
    'Add the image again.',
  )
}

/**
 * Host side of primary storage on files, for pools of kind `local` and `smp`.
 *
 * A pool is a directory with a mark (`basalt-pool.json`) that names it, so that an unmounted directory is noticed. Disks
 * are layers, `layers/<id>.qcow2`; a layer on top of another names it as its backing file by a relative path, so the
 * pool may be mounted anywhere. Half-made files live in `incoming/` and are renamed when they are complete. Work on
 * a layer is done one after the other: fifty VMs that wait for one cold image cause one transfer.
 */
export function createPrimaryFileHost(deps: PrimaryFileDeps): PrimaryStorageDriver {
  const locks = createLocks()
  const writer = createHash('sha256')
    .update(deps.writer ?? hostname())
    .digest('hex')
    .slice(0, 12)
  const fetchDeps = {
    openImage: deps.openImage,
    stallTimeoutMs: deps.stallTimeoutMs ?? 60_000,
    retryPauseMs: deps.retryPauseMs ?? 200,
  }

  /** Runs with errors that a user understands; a cancelled call says so, whatever broke by it. */
  async function explained<T>(pool: PoolSpec, signal: AbortSignal | undefined, run: () => Promise<T>): Promise<T> {
    try {
      return await run()
    } catch (error) {
      signal?.throwIfAborted()
      throw await explainSystem(await explainQemuImg(error, pool.path), pool.path)
    }
  }

  /** Checks pool and ids, then works while holding the layers. */
  async function work<T>(pool: PoolSpec, layers: string[], call: HostCall, run: (pool: OpenPool) => Promise<T>) {
    layers.forEach(assertLayerId)
    const keys = layers.map((layer) => `${pool.path}/${layer}`)
    const guarded = () => explained(pool, call.signal, async () => run(await enterPool(pool, writer)))
    return locks.run(keys, call.signal, guarded)
  }

  return {
    commands: {
      open({ pool, initialize }, call) {
        return explained(pool, call.signal, async () => usageOf((await openPool(pool, { initialize, writer })).path))
      },
      async close({ pool }, call) {
        await explained(pool, call.signal, () => closePool(pool, writer))
        return {}
      },
      usage({ pool }, call) {
        return explained(pool, call.signal, async () => usageOf((await enterPool(pool, writer)).path))
      },
      fetch({ pool, layer, source }, call) {
        const context = { call, deps: fetchDeps }
        return work(pool, [layer], call, (open) => {
          assertSource(source)
          return fetchLayer(open, layer, source, context)
        })
      },
      clone({ pool, layer, parent, sizeBytes }, call) {
        return work(pool, [layer, parent], call, (open) => makeLayer(open, { layer, parent, sizeBytes }, call.signal))
      },
      create({ pool, layer, sizeBytes }, call) {
        return work(pool, [layer], call, (open) => makeLayer(open, { layer, parent: null, sizeBytes }, call.signal))
      },
      grow({ pool, layer, sizeBytes }, call) {
        return work(pool, [layer], call, (open) => growLayer(open, layer, sizeBytes, call.signal))
      },
      async remove({ pool, layer }, call) {
        await work(pool, [layer], call, (open) => removeLayer(open, layer, call.signal))
        return {}
      },
      list({ pool }, call) {
        return explained(pool, call.signal, async () => ({ layers: await listLayers(await enterPool(pool, writer)) }))
      },
    },
    locate({ pool, layer }) {
      return explained(pool, undefined, async () => {
        assertLayerId(layer)
        const open = await enterPool(pool, writer)
        await getLayer(open, layer)
        return { type: 'file', format: 'qcow2', path: layerPath(open, layer) }
      })
    },
  }
}
