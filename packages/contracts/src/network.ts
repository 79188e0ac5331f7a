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

/** Networks and ports, as they are wanted. */
export interface NetworkInventory {
  networks: readonly NetworkSpec[]
  ports: readonly PortSpec[]
}

/** Something of ours that is not as it is wanted. */
export interface NetworkDifference {
  kind: 'network' | 'port'
  /** The network or the port. */
  id: string
  /** `unwanted`: it is there, or a part of it, and nobody asked for it. */
  drift: 'missing' | 'changed' | 'unwanted'
  /** What differs, in words, as the second half of a sentence: `has the address a, not b`. */
  detail: string
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
  /**
   * What of ours differs from what is wanted, down to what the backend keeps for it. What is told as missing or changed is mended by
   * `ensureNetwork` and `ensurePort`, what is unwanted by their counterparts.
   *
   * @param only ids of the networks and ports to look at; everything when absent
   */
  compare(wanted: NetworkInventory, only?: ReadonlySet<string>): Promise<NetworkDifference[]>
  /** What of ours exists: for the leftovers check. */
  list(): Promise<{ networks: string[]; ports: { port: string; network: string; up: boolean }[] }>
  /** Whether the backend answers. */
  health(): Promise<{ ok: boolean; message: string }>
  close(): Promise<void>
}
