import type { Filter } from '../candidate.ts'

/** A pool of the wanted class with room; or the very pool and host that the disks are on. */
export const storage: Filter = ({ host, pool, usable, availableBytes }, demand) => {
  if (demand.pinnedHost && host.id !== demand.pinnedHost) return 'do not have its disks'
  if (demand.pinnedPool && pool.id !== demand.pinnedPool) return 'do not reach its disks'
  if (demand.storageClass && pool.class !== demand.storageClass) return 'have no pool of the storage class'
  if (!usable) return 'cannot use their pool at the moment'
  return demand.diskBytes > availableBytes ? 'have no pool with enough space' : null
}
