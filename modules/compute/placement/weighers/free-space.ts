import type { Weigher } from '../candidate.ts'

/** Spread over pools, less than over hosts: the pool with the largest share of its space free. */
export const freeSpace: Weigher = ({ availableBytes, totalBytes }) =>
  totalBytes > 0 ? (0.1 * availableBytes) / totalBytes : 0
