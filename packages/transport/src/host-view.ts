/** How a host feels, as its agent sees it, and what of that is worth telling. */
import type { HostStatus, PoolStatus } from '@basalt/contracts'

export interface HostView {
  /** @param poolsMs pools that were looked at so lately are as they were; without it they are looked at now */
  look(poolsMs?: number): Promise<HostStatus>
}

/** Use of a pool that changes by less than this part of it is not worth telling at once. */
const POOL_PART = 1024
/** A clock that jumps by less is not worth telling at once. */
const CLOCK_JUMP_MS = 1000

/** A host's status together with that of its pools, which are looked at less often. */
export function createHostView(of: {
  status: () => Promise<HostStatus>
  pools?: () => Promise<PoolStatus[]>
}): HostView {
  let pools: Promise<PoolStatus[]> | undefined
  let lookedAtMs = 0
  return {
    async look(poolsMs = 0) {
      const now = performance.now()
      if (of.pools && (!pools || now - lookedAtMs >= poolsMs)) {
        lookedAtMs = now
        pools = of.pools()
      }
      const status = await of.status()
      return pools ? { ...status, pools: await pools } : status
    },
  }
}

/** What was told, and when by a clock that never jumps. */
export interface Told {
  status: HostStatus
  atMs: number
}

/** Whether the control plane has to know: guests, problems, pools, and a clock that was set. Load and free memory come and go. */
export function hasChanged(told: Told, { status, atMs }: Told): boolean {
  return (
    JSON.stringify([told.status.domains, told.status.problems]) !== JSON.stringify([status.domains, status.problems]) ||
    poolsDiffer(told.status.pools ?? [], status.pools ?? []) ||
    Math.abs(clockAhead(status, atMs) - clockAhead(told.status, told.atMs)) > CLOCK_JUMP_MS
  )
}

const clockAhead = ({ at }: HostStatus, atMs: number): number => (at === undefined ? 0 : Date.parse(at) - atMs)

function poolsDiffer(told: readonly PoolStatus[], now: readonly PoolStatus[]): boolean {
  return told.length !== now.length || now.some((pool, index) => poolDiffers(told[index] as PoolStatus, pool))
}

function poolDiffers(told: PoolStatus, now: PoolStatus): boolean {
  if (told.pool !== now.pool) return true
  if ('error' in told || 'error' in now) return JSON.stringify(told) !== JSON.stringify(now)
  return (
    told.totalBytes !== now.totalBytes ||
    Math.abs(told.availableBytes - now.availableBytes) >= Math.max(1, now.totalBytes / POOL_PART)
  )
}
