import type { Readable } from 'node:stream'
import type { HostCall } from './wire.ts'

/** A primary storage pool as a host sees it. */
export interface PoolSpec {
  pool: string
  /** `local`: a directory of this host alone. `smp`: a directory that the operator mounted on all hosts of the cluster. */
  kind: 'local' | 'smp' | 'simulated'
  /** Absolute path of the directory on the host. */
  path: string
}

export interface PoolUsage {
  totalBytes: number
  availableBytes: number
}

/** An immutable disk layer, or the writable top of a volume. */
export interface LayerStatus {
  layer: string
  parent: string | null
  /** Size as the guest sees it. */
  virtualSizeBytes: number
  /** What it takes on the pool. */
  allocatedBytes: number
}

/** Where an image comes from: the control plane's image path, read with the agent's own certificate. */
export interface ImageSource {
  /** Absolute HTTPS URL below `IMAGE_PATH`. */
  url: string
  sha256: string
  sizeBytes: number
}

/**
 * Host side of a primary storage driver. Every method is idempotent.
 * Errors carry a `PrimaryStorageErrorCode` (`error-codes.ts`).
 */
export interface PrimaryStorageHost {
  /** Make the pool usable on this host and say how big it is. An `smp` pool is marked with its id; a directory with another mark is refused. */
  open(params: { pool: PoolSpec; initialize: boolean }, call: HostCall): Promise<PoolUsage>
  /**
   * Give the directory free, so that another pool may take it. Refuses a pool that has layers with `LAYER_IN_USE`; leaves alone what is
   * not mounted or is not of this pool.
   */
  close(params: { pool: PoolSpec }, call: HostCall): Promise<Record<string, never>>
  usage(params: { pool: PoolSpec }, call: HostCall): Promise<PoolUsage>
  /** Bring an image into the pool as a layer. Resumes a broken transfer, verifies the checksum, appears all at once. */
  fetch(params: { pool: PoolSpec; layer: string; source: ImageSource }, call: HostCall): Promise<LayerStatus>
  /** A new writable layer on top of `parent`, at least as large as it. */
  clone(
    params: { pool: PoolSpec; layer: string; parent: string; sizeBytes: number },
    call: HostCall,
  ): Promise<LayerStatus>
  /** A new empty layer. */
  create(params: { pool: PoolSpec; layer: string; sizeBytes: number }, call: HostCall): Promise<LayerStatus>
  grow(params: { pool: PoolSpec; layer: string; sizeBytes: number }, call: HostCall): Promise<LayerStatus>
  /** Gone afterwards, also half-made ones. Refuses a layer that others stand on with `LAYER_IN_USE`. */
  remove(params: { pool: PoolSpec; layer: string }, call: HostCall): Promise<Record<string, never>>
  /** Every layer in the pool, half-made ones not included. */
  list(params: { pool: PoolSpec }, call: HostCall): Promise<{ layers: LayerStatus[] }>
}

/** What a primary storage driver offers inside the agent beyond its commands. */
export interface PrimaryStorageDriver {
  commands: PrimaryStorageHost
  /** Where the hypervisor finds a layer. */
  locate(params: { pool: PoolSpec; layer: string }): Promise<{ type: 'file'; format: 'qcow2'; path: string }>
}

/** What the agent gives a storage driver. */
export interface PrimaryStorageDeps {
  /** Open an image for reading from `offset` on; rejects with `IMAGE_UNREACHABLE`. */
  openImage(source: ImageSource, offset: number, signal: AbortSignal): Promise<Readable>
}
