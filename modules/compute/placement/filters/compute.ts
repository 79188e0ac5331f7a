import type { Filter } from '../candidate.ts'

/** Room for its CPUs and memory. The reservation takes the room for certain; this only chooses well. */
export const compute: Filter = ({ host }, { vcpus, memoryBytes }) => {
  if (host.memoryReservedBytes + memoryBytes > host.memoryCapacityBytes) return 'have too little free memory'
  return host.vcpusReserved + vcpus > host.vcpuCapacity ? 'have too few free CPUs' : null
}
