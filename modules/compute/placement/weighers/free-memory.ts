import type { Weigher } from '../candidate.ts'

/** Spread: the host with the largest share of its memory free. */
export const freeMemory: Weigher = ({ host }) =>
  host.memoryCapacityBytes > 0 ? 1 - host.memoryReservedBytes / host.memoryCapacityBytes : 0
