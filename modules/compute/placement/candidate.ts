/** What placement looks at. */
import type { HostRow } from '@basalt/infrastructure'
import type { StoragePoolRow } from '@basalt/storage'

/** What a VM needs of a host. */
export interface Demand {
  zone: string
  vcpus: number
  memoryBytes: number
  /** Room that its root disk may come to take; 0 when it has one already. */
  diskBytes: number
  storageClass: string | null
  architecture: string
  /** Its disks are on this host alone. */
  pinnedHost: string | null
  /** Its disks are on this pool already. */
  pinnedPool: string | null
}

/** What placement looks at of a host. */
export type PlacedHost = Pick<
  HostRow,
  | 'id'
  | 'name'
  | 'chassis'
  | 'state'
  | 'enabled'
  | 'vcpuCapacity'
  | 'vcpusReserved'
  | 'memoryCapacityBytes'
  | 'memoryReservedBytes'
>

/** A host with a pool that it can use. */
export interface Candidate {
  host: PlacedHost
  cluster: { id: string; architecture: string }
  connected: boolean
  pool: StoragePoolRow
  /** Of the pool on the host. */
  mount: string
  /** Whether the host can use the pool at the moment. */
  usable: boolean
  availableBytes: number
  totalBytes: number
}

/** Null when the candidate will do, else why not: a clause that goes on "hosts … ". */
export type Filter = (candidate: Candidate, demand: Demand) => string | null

/** The higher, the better; comparable within one weigher only. */
export type Weigher = (candidate: Candidate, demand: Demand) => number
