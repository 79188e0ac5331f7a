/**
 * Control side of the virtual network. All names are our ids: a logical switch is named by its network, a port by its nic.
 * Every method is idempotent and leaves alone what is not ours (ours carry `external_ids:basalt-kind`).
 */

/**
 * The lease of the control-plane node that acts. Every change waits, in its own transaction and with no time-out, on the row that holds the
 * node's epoch (`NB_Global.external_ids["basalt-node-<node>"] = "<epoch>"`); a node that was paused, and whose lease another took, gets `STALE_EPOCH`.
 */
export interface NetworkFence {
  node: string
  epoch: number
}

/** An overlay network with one IPv4 subnet. */
export interface NetworkSpec {
  network: string
  /** Display name; a description to OVN. */
  title: string
  cidr: string
  gateway: string
  dnsServers: string[]
  mtu: number
  /** Geneve key (VNI), 1..16777214; allocated by us, never by OVN. */
  tunnelKey: number
  /** MAC of the DHCP server as guests see it. */
  serverMac: string
  leaseSeconds: number
}

export interface PortSpec {
  port: string
  network: string
  mac: string
  address: string
  hostname: string
  /** 1..32767, unique in its network. */
  tunnelKey: number
  /** OVN chassis that may claim the port; null while the port is on no host. */
  chassis: string | null
}

/** Errors carry a `NetworkErrorCode` (`error-codes.ts`). */
export interface NetworkDriver {
  /** Take the lease: write the node's epoch. Refused with `STALE_EPOCH` when a higher one stands there. */
  takeLease(fence: NetworkFence): Promise<void>
  ensureNetwork(spec: NetworkSpec, fence: NetworkFence): Promise<void>
  /** Gone afterwards, with its DHCP options. `NETWORK_IN_USE` while it has ports. */
  removeNetwork(network: string, fence: NetworkFence): Promise<void>
  ensurePort(spec: PortSpec, fence: NetworkFence): Promise<void>
  removePort(port: string, fence: NetworkFence): Promise<void>
  /** Resolves when the chassis reports the port as up; rejects with `PORT_NOT_UP` after `timeoutMs`. */
  waitPortUp(port: string, timeoutMs: number, signal?: AbortSignal): Promise<void>
  /** What of ours exists: for reconciliation and for the leftovers check. */
  list(): Promise<{ networks: string[]; ports: { port: string; network: string; up: boolean }[] }>
  /** Whether the backend answers. */
  health(): Promise<{ ok: boolean; message: string }>
  close(): Promise<void>
}
