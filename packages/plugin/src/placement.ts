/** What policies of placement see and say. */

/** What a VM needs of a host. */
export interface PlacementDemand {
  zone: string
  vcpus: number
  memoryBytes: number
  diskBytes: number
  architecture: string
}

/** A host with a storage pool that it can use. */
export interface PlacementCandidate {
  host: {
    id: string
    name: string
    vcpuCapacity: number
    vcpusReserved: number
    memoryCapacityBytes: number
    memoryReservedBytes: number
  }
  cluster: { id: string; architecture: string }
  pool: { id: string; name: string; class: string }
  availableBytes: number
  totalBytes: number
}

/** How a policy sees the candidates of one VM. Both are asked for each candidate and answer at once. */
export interface PlacementView {
  /** Null when the host will do, else why not: a clause that goes on "hosts … ", such as "are under maintenance". */
  refuse?(candidate: PlacementCandidate): string | null
  /** From -1 to 1, the higher, the better; what is beyond counts as the bound. */
  weigh?(candidate: PlacementCandidate): number
}

/**
 * Has a say in where VMs go, besides the filters and weighers of the platform; it can refuse hosts, never add any. When it fails, or does
 * not answer in time, no VM is placed: a policy that is not there would be no policy.
 */
export interface PlacementPolicy {
  name: string
  /** Read what it needs, once for a VM. */
  look(demand: PlacementDemand): Promise<PlacementView>
}
