/** The pools that a host was told to open, and how they fare: looked at on the host, so that nobody has to ask. */
import type { PoolSpec, PoolStatus, PrimaryStorageHost } from '@basalt/contracts'
import { toWireError } from './errors.ts'

export interface OpenPools {
  /** The driver's commands, which are listened to. */
  readonly commands: PrimaryStorageHost
  /** How each of them fares; one that does not answer in time is told as it was before. */
  look(): Promise<PoolStatus[]>
}

/** A directory of a server that hangs must not hold up what is told of all others. */
const LONGEST_LOOK_MS = 4_000

/** Listens to what opens and closes pools. None is open when the agent begins: the control plane opens them when it connects. */
export function followOpenPools(storage: PrimaryStorageHost): OpenPools {
  const open = new Map<string, { spec: PoolSpec; seen: PoolStatus }>()

  async function lookAt(spec: PoolSpec): Promise<PoolStatus> {
    const over = new AbortController()
    let timer: NodeJS.Timeout | undefined
    const tooLong = new Promise<undefined>((resolve) => {
      timer = setTimeout(() => resolve(undefined), LONGEST_LOOK_MS)
    })
    const looked = storage.usage({ pool: spec }, { signal: over.signal, progress: () => undefined }).then(
      (usage): PoolStatus => ({ pool: spec.pool, ...usage }),
      (error: unknown): PoolStatus => ({ pool: spec.pool, error: toWireError(error) }),
    )
    const status = await Promise.race([looked, tooLong])
    clearTimeout(timer)
    if (status) return status
    over.abort()
    return open.get(spec.pool)?.seen ?? looked
  }

  return {
    commands: {
      ...storage,
      async open(params, call) {
        const { pool: spec } = params
        const seen = (status: PoolStatus): void => void open.set(spec.pool, { spec, seen: status })
        try {
          const usage = await storage.open(params, call)
          seen({ pool: spec.pool, ...usage })
          return usage
        } catch (error) {
          // Looked at again as well: its directory may be mounted later.
          seen({ pool: spec.pool, error: toWireError(error) })
          throw error
        }
      },
      async close(params, call) {
        const closed = await storage.close(params, call)
        open.delete(params.pool.pool)
        return closed
      },
    },
    async look() {
      return Promise.all(
        [...open.values()].map(async (one) => {
          one.seen = await lookAt(one.spec)
          return one.seen
        }),
      )
    },
  }
}
