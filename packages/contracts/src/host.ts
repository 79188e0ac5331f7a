import type { PoolUsage } from './storage.ts'
import type { WireError } from './wire.ts'

/** How guests run on a host: hardware virtualization, or emulation where a probe guest does not boot with KVM. */
export type Virtualization = 'kvm' | 'tcg' | 'simulated'

/** What a host is; sent when its agent connects. */
export interface HostInventory {
  hostname: string
  architecture: 'x86_64' | 'aarch64'
  cpu: { model: string; count: number }
  memoryBytes: number
  kernel: string
  virtualization: Virtualization
  /** Why this way of running guests was chosen, in words. */
  virtualizationReason: string
  /** Versions of what the host runs on; absent where it does not apply. */
  versions: { agent: string; qemu?: string; libvirt?: string; openvswitch?: string; ovn?: string }
  /** Name of the OVN chassis (`external_ids:system-id`), address of its tunnel end, and the datapath in use. */
  network: { chassis: string; tunnelAddress?: string; datapath: 'kernel' | 'userspace' | 'simulated' }
}

/** How a pool fares on a host that has it open: how full it is, or why it cannot be used. */
export type PoolStatus = { pool: string } & (PoolUsage | { error: WireError })

/** How a host feels; sent with every heartbeat. */
export interface HostStatus {
  /** The host's clock, RFC 3339; absent from agents that do not tell yet. */
  at?: string
  loadAverage: number
  memoryAvailableBytes: number
  /** Guests that exist on the host, by VM id. */
  domains: DomainStatus[]
  /** Parts of the host that do not work at the moment, e.g. `{ part: 'libvirt', message: 'connection refused' }`. */
  problems: { part: string; message: string }[]
  /** Pools that the host was told to open; absent from agents that are asked for each instead. */
  pools?: PoolStatus[]
}

export type DomainState = 'running' | 'paused' | 'stopped' | 'crashed'

export interface DomainStatus {
  vm: string
  state: DomainState
}

/** A change on the host that nobody commanded. */
export type HostChange = { kind: 'domain'; vm: string; state: DomainState; reason: string }
