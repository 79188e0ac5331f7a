import type { Duplex } from 'node:stream'
import type { DomainStatus, HostChange } from './host.ts'
import type { PoolSpec } from './storage.ts'
import type { HostCall } from './wire.ts'

/** A guest as a host must run it. Ids are ours (UUID) and are the names in libvirt and OVN. */
export interface DomainSpec {
  vm: string
  /** Display name; only a description to the hypervisor. */
  title: string
  hostname: string
  vcpus: number
  memoryBytes: number
  disks: DiskSpec[]
  nics: NicSpec[]
  /** cloud-init user data (at most 64 KiB); the guest finds it on a NoCloud seed disk. */
  userData?: string
}

export interface DiskSpec {
  volume: string
  pool: PoolSpec
  /** The top layer, writable while the guest runs. */
  layer: string
  /** 0 is the boot disk. */
  index: number
}

export interface NicSpec {
  /** Also the name of the OVN port. */
  nic: string
  mac: string
  mtu: number
}

export type ConsoleKind = 'vnc' | 'serial'

/**
 * Host side of a hypervisor driver. Every method is idempotent: a second call with the same parameters finds the work done.
 * Errors carry a `HypervisorErrorCode` (`error-codes.ts`).
 */
export interface HypervisorHost {
  /** Define and start; a domain that already runs is left alone. Waits for a boot slot, with the number ahead told as progress. */
  start(params: { domain: DomainSpec }, call: HostCall): Promise<DomainStatus>
  /**
   * Ask the guest to stop and wait until it did. `acpi` presses the power button, `agent` asks the guest agent, `auto` uses the agent
   * where it answers and the button else. Rejects with `GUEST_DID_NOT_STOP` after `timeoutMs`; the guest then still runs.
   */
  shutdown(
    params: { vm: string; mode: 'auto' | 'acpi' | 'agent'; timeoutMs: number },
    call: HostCall,
  ): Promise<DomainStatus>
  /** Pull the plug. A domain that is not running, or not there, is fine. */
  powerOff(params: { vm: string }, call: HostCall): Promise<DomainStatus>
  /** `guest` asks the guest to reboot, `reset` presses the reset button. */
  reboot(params: { vm: string; mode: 'guest' | 'reset' }, call: HostCall): Promise<DomainStatus>
  /** Power off, undefine, and remove what the driver keeps for it (seed, logs). Disks stay. */
  remove(params: { vm: string }, call: HostCall): Promise<Record<string, never>>
  /** All domains of ours on this host, or the one asked for. */
  observe(params: { vm?: string }, call: HostCall): Promise<{ domains: DomainStatus[] }>
  /** The last `maxBytes` of what the guest printed on its serial console. */
  consoleLog(params: { vm: string; maxBytes: number }, call: HostCall): Promise<{ text: string; truncated: boolean }>
  /** Addresses the guest itself reports through its agent; `GUEST_AGENT_UNAVAILABLE` when it has none. */
  guestAddresses(
    params: { vm: string },
    call: HostCall,
  ): Promise<{ interfaces: { mac: string; addresses: string[] }[] }>
}

/** What a hypervisor driver offers inside the agent beyond its commands. */
export interface HypervisorDriver {
  commands: HypervisorHost
  /** A byte stream to the guest's VNC server (RFB) or its serial console. */
  openConsole(params: { vm: string; kind: ConsoleKind }): Promise<Duplex>
  /** Tell about changes nobody commanded. Returns a function that stops it. */
  onChange(listener: (change: HostChange) => void): () => void
  close(): Promise<void>
}
