import type { Weigher } from '../candidate.ts'

/** Spread: the host with the largest share of its CPUs free. */
export const freeCpu: Weigher = ({ host }) => (host.vcpuCapacity > 0 ? 1 - host.vcpusReserved / host.vcpuCapacity : 0)
