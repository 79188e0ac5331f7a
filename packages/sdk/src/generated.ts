// Generated from the resource definitions; `npm run generate` writes it anew.
import type { CallOptions, Http, ListQuery } from './http.ts'

/** Work in progress, or the record of it: every action that takes time is one. */
export interface Task {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Whose task it is; the record of it outlives the account. */
  account: string
  /** What is done, e.g. vm.create. */
  action: string
  /** Kind of the resource it is about. */
  resourceKind: string
  /** The resource it is about. */
  resource: string
  /** Who asked for it. */
  user: string
  state: 'running' | 'undoing' | 'succeeded' | 'failed' | 'cancelled'
  percent: number
  /** What is happening now, in words. */
  message: string
  /** The step it is at. */
  step: string
  finishedAt: string | null
  /** State of the resource to return to. */
  previousState?: string | null
  saga?: string
  sagaVersion?: number
  /** Grows with each take-over; agents refuse lower ones. */
  epoch?: number
  /** Control-plane node that works on it. */
  node?: string
}

/** A comparison of the database with the world: hosts, networks, counters. It mends what is ours and reports what is not. */
export interface Reconciler {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  state: 'idle' | 'running'
  /** The control-plane node that runs it, or ran it last. */
  node: string
  /** The run under way, or the last one; it holds what it mends. */
  run: string
  /** Another node may run it from then on. */
  leaseUntil: string | null
  /** When the last run ended. */
  ranAt: string | null
  /** Places that the last run looked at, such as hosts. */
  looked: number
  /** Places that could not be looked at, such as hosts that are away. */
  unseen: number
  /** Differences of the last run. */
  found: number
  /** Those that it mended. */
  repaired: number
  /** Those that it leaves to you: see the findings. */
  reported: number
  /** Those that it could not mend. */
  failed: number
  /** Those that a task works on; they are looked at again. */
  skipped: number
  /** How the last run went, in words. */
  message: string
}

/** Something that is not as the database says, or was not: what, where, since when, and what to do about it. */
export interface Finding {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** open: still so; repaired: mended by the platform; over: gone without its doing. */
  state: 'open' | 'repaired' | 'over'
  /** Which reconciler found it. */
  reconciler: string
  /** The sort of difference; stable. */
  code: string
  /** The difference, in words. */
  what: string
  /** Where it was looked at, e.g. a host. */
  place: string
  /** The place, when it is a resource. */
  placeId: string | null
  /** Kind of what it is about. */
  resourceKind: string
  /** What it is about, whether it has a row or not. */
  resource: string
  /** When it was first seen. */
  since: string
  endedAt: string | null
  /** What to do about it. */
  remedy: string
  /** What the platform did about it, or why it could not. */
  outcome: string
  /** How often it came about. */
  times: number
  /** When the record of it is forgotten. */
  expiresAt: string | null
}

/** Owns resources. An account owns itself, so that its users see it. */
export interface Account {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Who owns it. */
  account: string
  /** A customer, or the platform itself. */
  type: 'tenant' | 'system'
}

/** Open an account. */
export interface AccountCreate {
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description?: string
}

/** Change its name or description. */
export interface AccountUpdate {
  /** For people; need not be unique. */
  name?: string
  /** For people. */
  description?: string
}

/** Somebody who logs in. */
export interface User {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Who owns it. */
  account: string
  /** What one logs in with; unique on the platform. */
  username: string
  /** Runs the platform and sees everything. */
  operator: boolean
}

/** Add a user to an account; to your own when none is named. */
export interface UserCreate {
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description?: string
  /** What one logs in with; unique on the platform. */
  username: string
  /** At least 10 characters. */
  password: string
  /** Account the user belongs to. */
  inAccount?: string | null
}

/** Change name or description. */
export interface UserUpdate {
  /** For people; need not be unique. */
  name?: string
  /** For people. */
  description?: string
}

/** Set a new password; ends all sessions of the user. */
export interface UserSetPassword {
  /** At least 10 characters. */
  password: string
}

/** A login. It ends when it expires, or when it is deleted. */
export interface Session {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Whose session it is. */
  account: string
  user: string
  /** Where the login came from. */
  address: string
  expiresAt: string
}

/** A region: resources in different zones cannot see or use each other. */
export interface Zone {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
}

/** Open a zone. */
export interface ZoneCreate {
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description?: string
}

/** Change its name or description. */
export interface ZoneUpdate {
  /** For people; need not be unique. */
  name?: string
  /** For people. */
  description?: string
}

/** One virtual network system: the OVN whose tunnels join the hosts of its clusters. */
export interface Fabric {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Where it is. */
  zone: string
  /** What carries the virtual networks. */
  driver: 'ovn' | 'simulated'
  /** Where the northbound database answers. */
  northbound: string
  /** Lowest network key (VNI) to give out. */
  firstTunnelKey: number
  /** Highest one. */
  lastTunnelKey: number
}

/** Add a fabric; its database must answer. */
export interface FabricCreate {
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description?: string
  /** Where it is. */
  zone: string
  /** What carries the virtual networks. */
  driver: 'ovn' | 'simulated'
  /** Where the northbound database answers. */
  northbound?: string
  /** Lowest network key (VNI) to give out. */
  firstTunnelKey?: number
  /** Highest one. */
  lastTunnelKey?: number
}

/** Change its name or description. */
export interface FabricUpdate {
  /** For people; need not be unique. */
  name?: string
  /** For people. */
  description?: string
}

/** A group of like hosts on one fabric. */
export interface Cluster {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Where it is. */
  zone: string
  fabric: string
  architecture: 'x86_64' | 'aarch64'
  /** Virtual CPUs given out for each core. */
  cpuOvercommit: number
  /** Memory of each host that is kept for the host itself. */
  reservedMemoryBytes: number
}

/** Add a cluster. */
export interface ClusterCreate {
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description?: string
  /** Where it is. */
  zone: string
  fabric: string
  architecture?: 'x86_64' | 'aarch64'
  /** Virtual CPUs given out for each core. */
  cpuOvercommit?: number
  /** Memory of each host that is kept for the host itself. */
  reservedMemoryBytes?: number
}

/** Change its name or description. */
export interface ClusterUpdate {
  /** For people; need not be unique. */
  name?: string
  /** For people. */
  description?: string
}

/** A Linux machine that runs guests. */
export interface Host {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Where it is. */
  zone: string
  cluster: string
  state: 'registering' | 'up' | 'down' | 'abandoning'
  /** Takes new guests. */
  enabled: boolean
  hostname: string
  /** Name of its OVN chassis. */
  chassis: string
  tunnelAddress: string
  /** How guests run. */
  virtualization: 'kvm' | 'tcg' | 'simulated' | 'unknown'
  /** Why they run that way. */
  virtualizationReason: string
  cpuModel: string
  cpuCount: number
  memoryBytes: number
  /** Virtual CPUs it may give out. */
  vcpuCapacity: number
  /** Memory it may give out. */
  memoryCapacityBytes: number
  vcpusReserved: number
  memoryReservedBytes: number
  agentVersion: string
  /** Versions of what runs there. */
  versions: Record<string, unknown>
}

/** Announce a host; then issue a token and register its agent with it. */
export interface HostCreate {
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description?: string
  /** Where it is. */
  zone: string
  cluster: string
}

/** Change its name or description. */
export interface HostUpdate {
  /** For people; need not be unique. */
  name?: string
  /** For people. */
  description?: string
}

/** A kind of disk that tenants can name, e.g. SSD. */
export interface StorageClass {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Where it is. */
  zone: string
}

/** Offer a kind of disk. */
export interface StorageClassCreate {
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description?: string
  /** Where it is. */
  zone: string
}

/** Change its name or description. */
export interface StorageClassUpdate {
  /** For people; need not be unique. */
  name?: string
  /** For people. */
  description?: string
}

/** Primary storage of a cluster: where the disks of its VMs are. */
export interface StoragePool {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Where it is. */
  zone: string
  cluster: string
  class: string
  /** local: a directory of each host; smp: one directory that is mounted on all hosts of the cluster. */
  type: 'local' | 'smp' | 'simulated'
  /** The directory on the hosts. */
  path: string
  state: 'creating' | 'ready' | 'recovering' | 'deleting' | 'failed'
}

/** Add a pool; every connected host of the cluster must be able to use it. */
export interface StoragePoolCreate {
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description?: string
  /** Where it is. */
  zone: string
  cluster: string
  class: string
  /** local: a directory of each host; smp: one directory that is mounted on all hosts of the cluster. */
  type: 'local' | 'smp' | 'simulated'
  /** The directory on the hosts. */
  path: string
}

/** Change its name or description. */
export interface StoragePoolUpdate {
  /** For people; need not be unique. */
  name?: string
  /** For people. */
  description?: string
}

/** A pool as one host has it: usable or not, and how full. */
export interface PoolMount {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Where it is. */
  zone: string
  pool: string
  host: string
  state: 'usable' | 'unusable'
  totalBytes: number
  availableBytes: number
}

/** A disk layer on a pool: an immutable one that others stand on, or the writable top of a volume. */
export interface Layer {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Where it is. */
  zone: string
  /** Volumes, not layers, keep a pool or a host. */
  pool: string
  /** The host that has it, on a local pool. */
  host: string | null
  parent: string | null
  virtualSizeBytes: number
}

/** An image on a pool, ready to be cloned. Made when a VM first needs it; many VMs wait for one download. */
export interface CacheEntry {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Where it is. */
  zone: string
  image: string
  pool: string
  /** The host that has it, on a local pool. */
  host: string | null
  key: string
  layer: string
  state: 'filling' | 'ready' | 'recovering' | 'deleting' | 'failed'
}

/** A block device of a VM. */
export interface Volume {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Who owns it. */
  account: string
  /** Where it is. */
  zone: string
  class: string
  /** Size as the guest sees it. */
  sizeBytes: number
  vm: string | null
  /** The image it was cloned from. */
  image: string | null
  pool?: string
  /** The host that has it, on a local pool. */
  host?: string | null
  topLayer?: string
  state: 'creating' | 'inUse' | 'deleting' | 'failed'
}

/** Where images are kept: a directory of the control plane. With several control-plane nodes it must be one that all of them mount. */
export interface ImageStore {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** The directory; it is made when it is not there. */
  path: string
  totalBytes: number
  availableBytes: number
}

/** Add a store; its directory must be writable. */
export interface ImageStoreCreate {
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description?: string
  /** The directory; it is made when it is not there. */
  path: string
}

/** Change its name or description. */
export interface ImageStoreUpdate {
  /** For people; need not be unique. */
  name?: string
  /** For people. */
  description?: string
}

/** A disk image that VMs are made from, in qcow2 format. */
export interface Image {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Who owns it. */
  account: string
  /** A base image: every account can use it. */
  public: boolean
  /** Where to get it from. Without one, upload it: PUT /v1/images/{id}/content. */
  url: string | null
  /** Checksum of the file; checked when given. */
  sha256: string | null
  architecture: 'x86_64' | 'aarch64'
  /** Size of the file. */
  sizeBytes: number | null
  /** Size of the disk. */
  virtualSizeBytes: number | null
  store?: string
  state: 'creating' | 'ready' | 'recovering' | 'deleting' | 'failed'
}

/** Add an image, by URL or by upload. */
export interface ImageCreate {
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description?: string
  /** Where to get it from. Without one, upload it: PUT /v1/images/{id}/content. */
  url?: string | null
  /** Checksum of the file; checked when given. */
  sha256?: string | null
  architecture?: 'x86_64' | 'aarch64'
  /** Offer it to every account; operators only. */
  public?: boolean
}

/** Change its name or description. */
export interface ImageUpdate {
  /** For people; need not be unique. */
  name?: string
  /** For people. */
  description?: string
}

/** A private network: one overlay switch with one IPv4 subnet, addresses by DHCP. */
export interface Network {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Who owns it. */
  account: string
  /** Where it is. */
  zone: string
  /** Its subnet, e.g. 10.0.0.0/24. Networks of different accounts may overlap. */
  cidr: string
  /** Gateway address, not given to guests; the first address of the subnet when absent. */
  gateway: string | null
  /** Addresses to give out; the whole subnet when empty. */
  ranges: ({ from: string; to: string })[]
  /** Name servers that guests are told of. */
  dnsServers: string[]
  /** Largest packet; tunnels take 58 bytes of the wire’s. */
  mtu: number
  fabric?: string
  /** Geneve key (VNI). */
  tunnelKey?: number
  state: 'creating' | 'ready' | 'recovering' | 'deleting' | 'failed'
}

/** Make a network. */
export interface NetworkCreate {
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description?: string
  /** Where it is. */
  zone: string
  /** Its subnet, e.g. 10.0.0.0/24. Networks of different accounts may overlap. */
  cidr: string
  /** Gateway address, not given to guests; the first address of the subnet when absent. */
  gateway?: string | null
  /** Addresses to give out; the whole subnet when empty. */
  ranges?: ({ from: string; to: string })[]
  /** Name servers that guests are told of. */
  dnsServers?: string[]
  /** Largest packet; tunnels take 58 bytes of the wire’s. */
  mtu?: number
}

/** Change its name or description. */
export interface NetworkUpdate {
  /** For people; need not be unique. */
  name?: string
  /** For people. */
  description?: string
}

/** A network card: a port on a network with its own MAC and IP address. */
export interface Nic {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Who owns it. */
  account: string
  /** Where it is. */
  zone: string
  network: string
  vm: string | null
  mac: string
  address: string
  /** Goes when its VM goes. */
  deleteWithVm: boolean
  /** 0 is the default NIC of the VM. */
  index: number
  tunnelKey?: number
}

/** A size of VM. */
export interface Offering {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  vcpus: number
  /** At least 64 MiB. */
  memoryBytes: number
}

/** Offer a size. */
export interface OfferingCreate {
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description?: string
  vcpus: number
  /** At least 64 MiB. */
  memoryBytes: number
}

/** Change its name or description. */
export interface OfferingUpdate {
  /** For people; need not be unique. */
  name?: string
  /** For people. */
  description?: string
}

/** Room on a host that a VM has; its id is the VM’s. */
export interface Reservation {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Where it is. */
  zone: string
  host: string
  vcpus: number
  memoryBytes: number
}

/** A virtual machine. */
export interface Vm {
  /** Random, never reused. */
  id: string
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description: string
  /** When it was accepted (RFC 3339, UTC). */
  createdAt: string
  /** When it last changed. */
  updatedAt: string
  /** Grows by one with each change; the ETag. */
  version: number
  /** Why it is in a failed state and what to do about it. */
  cause: { code: string; message: string; remedy?: string | null } | null
  /** Who owns it. */
  account: string
  /** Where it is. */
  zone: string
  /** Its size; copied, so that a withdrawn offering changes nothing. */
  offering: string
  vcpus: number
  memoryBytes: number
  /** What its root disk is cloned from. */
  image: string
  /** Made from the name when absent. */
  hostname: string | null
  /** Its addresses, default NIC first. */
  addresses: string[]
  /** Where it runs. */
  host?: string | null
  /** Where it ran last. */
  lastHost?: string | null
  state: 'creating' | 'starting' | 'running' | 'stopping' | 'rebooting' | 'stopped' | 'recovering' | 'deleting' | 'failed'
}

/** Create a VM and start it. */
export interface VmCreate {
  /** For people; need not be unique. */
  name: string
  /** For people. */
  description?: string
  /** Where it is. */
  zone: string
  /** Its size; copied, so that a withdrawn offering changes nothing. */
  offering: string
  /** What its root disk is cloned from. */
  image: string
  /** Made from the name when absent. */
  hostname?: string | null
  /** cloud-init user data; never shown again. */
  userData?: string | null
  /** Networks to be on, default NIC first. */
  networks: ({ network: string; address?: string | null })[]
  /** Size of the root disk; that of the image when absent. */
  rootSizeBytes?: number | null
  /** Kind of the root disk; the first of the zone when absent. */
  storageClass?: string | null
}

/** Change its name or description. */
export interface VmUpdate {
  /** For people; need not be unique. */
  name?: string
  /** For people. */
  description?: string
}

/** Ask the guest to shut down and wait until it did. */
export interface VmStop {
  /** The power button, the guest agent, or whichever answers. */
  mode?: 'auto' | 'acpi' | 'agent'
  /** How long the guest may take. */
  timeoutMs?: number
}

/** Reboot the guest. */
export interface VmReboot {
  /** Ask the guest, or press the reset button. */
  mode?: 'guest' | 'reset'
}

/** What a resource of each kind looks like. */
export interface Kinds {
  task: Task
  reconciler: Reconciler
  finding: Finding
  account: Account
  user: User
  session: Session
  zone: Zone
  fabric: Fabric
  cluster: Cluster
  host: Host
  storageClass: StorageClass
  storagePool: StoragePool
  poolMount: PoolMount
  layer: Layer
  cacheEntry: CacheEntry
  volume: Volume
  imageStore: ImageStore
  image: Image
  network: Network
  nic: Nic
  offering: Offering
  reservation: Reservation
  vm: Vm
}

/** Collection path of each kind. */
export const paths: { readonly [K in keyof Kinds]: string } = {
  task: '/v1/tasks',
  reconciler: '/v1/reconcilers',
  finding: '/v1/findings',
  account: '/v1/accounts',
  user: '/v1/users',
  session: '/v1/sessions',
  zone: '/v1/zones',
  fabric: '/v1/fabrics',
  cluster: '/v1/clusters',
  host: '/v1/hosts',
  storageClass: '/v1/storage-classes',
  storagePool: '/v1/storage-pools',
  poolMount: '/v1/pool-mounts',
  layer: '/v1/layers',
  cacheEntry: '/v1/cache-entries',
  volume: '/v1/volumes',
  imageStore: '/v1/image-stores',
  image: '/v1/images',
  network: '/v1/networks',
  nic: '/v1/nics',
  offering: '/v1/offerings',
  reservation: '/v1/reservations',
  vm: '/v1/vms',
}

/** One typed method for each action of each kind. */
export function resourceClients(http: Http) {
  return {
    tasks: {
      list: (query?: ListQuery, options?: CallOptions) => http.list<Task>('/v1/tasks', query, options),
      get: (id: string, options?: CallOptions) => http.call<Task>('GET', `/v1/tasks/${encodeURIComponent(id)}`, undefined, options),
      /** Stop it and undo what it did. */
      cancel: (id: string, options?: CallOptions) => http.call<Task>('POST', `/v1/tasks/${encodeURIComponent(id)}/cancel`, undefined, options),
    },
    reconcilers: {
      list: (query?: ListQuery, options?: CallOptions) => http.list<Reconciler>('/v1/reconcilers', query, options),
      get: (id: string, options?: CallOptions) => http.call<Reconciler>('GET', `/v1/reconcilers/${encodeURIComponent(id)}`, undefined, options),
      /** Compare now, rather than when it is due. */
      run: (id: string, options?: CallOptions) => http.call<Reconciler>('POST', `/v1/reconcilers/${encodeURIComponent(id)}/run`, undefined, options),
    },
    findings: {
      list: (query?: ListQuery, options?: CallOptions) => http.list<Finding>('/v1/findings', query, options),
      get: (id: string, options?: CallOptions) => http.call<Finding>('GET', `/v1/findings/${encodeURIComponent(id)}`, undefined, options),
    },
    accounts: {
      list: (query?: ListQuery, options?: CallOptions) => http.list<Account>('/v1/accounts', query, options),
      get: (id: string, options?: CallOptions) => http.call<Account>('GET', `/v1/accounts/${encodeURIComponent(id)}`, undefined, options),
      /** Open an account. */
      create: (input: AccountCreate, options?: CallOptions) => http.call<Account>('POST', '/v1/accounts', input, options),
      /** Change its name or description. */
      update: (id: string, input: AccountUpdate, options?: CallOptions) => http.call<Account>('PATCH', `/v1/accounts/${encodeURIComponent(id)}`, input, options),
      /** Close it; it must own nothing. */
      delete: (id: string, options?: CallOptions) => http.call<void>('DELETE', `/v1/accounts/${encodeURIComponent(id)}`, undefined, options),
    },
    users: {
      list: (query?: ListQuery, options?: CallOptions) => http.list<User>('/v1/users', query, options),
      get: (id: string, options?: CallOptions) => http.call<User>('GET', `/v1/users/${encodeURIComponent(id)}`, undefined, options),
      /** Add a user to an account; to your own when none is named. */
      create: (input: UserCreate, options?: CallOptions) => http.call<User>('POST', '/v1/users', input, options),
      /** Change name or description. */
      update: (id: string, input: UserUpdate, options?: CallOptions) => http.call<User>('PATCH', `/v1/users/${encodeURIComponent(id)}`, input, options),
      /** Set a new password; ends all sessions of the user. */
      setPassword: (id: string, input: UserSetPassword, options?: CallOptions) => http.call<User>('POST', `/v1/users/${encodeURIComponent(id)}/set-password`, input, options),
      /** Remove the user and its sessions. */
      delete: (id: string, options?: CallOptions) => http.call<void>('DELETE', `/v1/users/${encodeURIComponent(id)}`, undefined, options),
    },
    sessions: {
      list: (query?: ListQuery, options?: CallOptions) => http.list<Session>('/v1/sessions', query, options),
      get: (id: string, options?: CallOptions) => http.call<Session>('GET', `/v1/sessions/${encodeURIComponent(id)}`, undefined, options),
      /** Log out. */
      delete: (id: string, options?: CallOptions) => http.call<void>('DELETE', `/v1/sessions/${encodeURIComponent(id)}`, undefined, options),
    },
    zones: {
      list: (query?: ListQuery, options?: CallOptions) => http.list<Zone>('/v1/zones', query, options),
      get: (id: string, options?: CallOptions) => http.call<Zone>('GET', `/v1/zones/${encodeURIComponent(id)}`, undefined, options),
      /** Open a zone. */
      create: (input: ZoneCreate, options?: CallOptions) => http.call<Zone>('POST', '/v1/zones', input, options),
      /** Change its name or description. */
      update: (id: string, input: ZoneUpdate, options?: CallOptions) => http.call<Zone>('PATCH', `/v1/zones/${encodeURIComponent(id)}`, input, options),
      /** Close a zone that nothing is in. */
      delete: (id: string, options?: CallOptions) => http.call<void>('DELETE', `/v1/zones/${encodeURIComponent(id)}`, undefined, options),
    },
    fabrics: {
      list: (query?: ListQuery, options?: CallOptions) => http.list<Fabric>('/v1/fabrics', query, options),
      get: (id: string, options?: CallOptions) => http.call<Fabric>('GET', `/v1/fabrics/${encodeURIComponent(id)}`, undefined, options),
      /** Add a fabric; its database must answer. */
      create: (input: FabricCreate, options?: CallOptions) => http.call<Fabric>('POST', '/v1/fabrics', input, options),
      /** Change its name or description. */
      update: (id: string, input: FabricUpdate, options?: CallOptions) => http.call<Fabric>('PATCH', `/v1/fabrics/${encodeURIComponent(id)}`, input, options),
      /** Remove a fabric without clusters and networks. */
      delete: (id: string, options?: CallOptions) => http.call<void>('DELETE', `/v1/fabrics/${encodeURIComponent(id)}`, undefined, options),
    },
    clusters: {
      list: (query?: ListQuery, options?: CallOptions) => http.list<Cluster>('/v1/clusters', query, options),
      get: (id: string, options?: CallOptions) => http.call<Cluster>('GET', `/v1/clusters/${encodeURIComponent(id)}`, undefined, options),
      /** Add a cluster. */
      create: (input: ClusterCreate, options?: CallOptions) => http.call<Cluster>('POST', '/v1/clusters', input, options),
      /** Change its name or description. */
      update: (id: string, input: ClusterUpdate, options?: CallOptions) => http.call<Cluster>('PATCH', `/v1/clusters/${encodeURIComponent(id)}`, input, options),
      /** Remove a cluster without hosts and pools. */
      delete: (id: string, options?: CallOptions) => http.call<void>('DELETE', `/v1/clusters/${encodeURIComponent(id)}`, undefined, options),
    },
    hosts: {
      list: (query?: ListQuery, options?: CallOptions) => http.list<Host>('/v1/hosts', query, options),
      get: (id: string, options?: CallOptions) => http.call<Host>('GET', `/v1/hosts/${encodeURIComponent(id)}`, undefined, options),
      /** Announce a host; then issue a token and register its agent with it. */
      create: (input: HostCreate, options?: CallOptions) => http.call<Host>('POST', '/v1/hosts', input, options),
      /** Change its name or description. */
      update: (id: string, input: HostUpdate, options?: CallOptions) => http.call<Host>('PATCH', `/v1/hosts/${encodeURIComponent(id)}`, input, options),
      /** Let it take new guests. */
      enable: (id: string, options?: CallOptions) => http.call<Host>('POST', `/v1/hosts/${encodeURIComponent(id)}/enable`, undefined, options),
      /** Let it take no new guests; those it runs go on. */
      disable: (id: string, options?: CallOptions) => http.call<Host>('POST', `/v1/hosts/${encodeURIComponent(id)}/disable`, undefined, options),
      /** Take over what its agent tells, or that it is not here. */
      recover: (id: string, options?: CallOptions) => http.call<Task>('POST', `/v1/hosts/${encodeURIComponent(id)}/recover`, undefined, options),
      /** Give up a host that is lost for ever: VMs whose disks were only there are failed, others can start elsewhere. */
      abandon: (id: string, options?: CallOptions) => http.call<Task>('POST', `/v1/hosts/${encodeURIComponent(id)}/abandon`, undefined, options),
      /** Remove a host that runs nothing. */
      delete: (id: string, options?: CallOptions) => http.call<void>('DELETE', `/v1/hosts/${encodeURIComponent(id)}`, undefined, options),
    },
    storageClasses: {
      list: (query?: ListQuery, options?: CallOptions) => http.list<StorageClass>('/v1/storage-classes', query, options),
      get: (id: string, options?: CallOptions) => http.call<StorageClass>('GET', `/v1/storage-classes/${encodeURIComponent(id)}`, undefined, options),
      /** Offer a kind of disk. */
      create: (input: StorageClassCreate, options?: CallOptions) => http.call<StorageClass>('POST', '/v1/storage-classes', input, options),
      /** Change its name or description. */
      update: (id: string, input: StorageClassUpdate, options?: CallOptions) => http.call<StorageClass>('PATCH', `/v1/storage-classes/${encodeURIComponent(id)}`, input, options),
      /** Offer it no more; no pool may be of it. */
      delete: (id: string, options?: CallOptions) => http.call<void>('DELETE', `/v1/storage-classes/${encodeURIComponent(id)}`, undefined, options),
    },
    storagePools: {
      list: (query?: ListQuery, options?: CallOptions) => http.list<StoragePool>('/v1/storage-pools', query, options),
      get: (id: string, options?: CallOptions) => http.call<StoragePool>('GET', `/v1/storage-pools/${encodeURIComponent(id)}`, undefined, options),
      /** Add a pool; every connected host of the cluster must be able to use it. */
      create: (input: StoragePoolCreate, options?: CallOptions) => http.call<Task>('POST', '/v1/storage-pools', input, options),
      /** Change its name or description. */
      update: (id: string, input: StoragePoolUpdate, options?: CallOptions) => http.call<StoragePool>('PATCH', `/v1/storage-pools/${encodeURIComponent(id)}`, input, options),
      /** Look what there is of it, and bring it to a state that is true; from any state that no task works on. */
      recover: (id: string, options?: CallOptions) => http.call<Task>('POST', `/v1/storage-pools/${encodeURIComponent(id)}/recover`, undefined, options),
      /** Remove a pool without volumes; cached images in it go. */
      delete: (id: string, options?: CallOptions) => http.call<Task>('DELETE', `/v1/storage-pools/${encodeURIComponent(id)}`, undefined, options),
    },
    poolMounts: {
      list: (query?: ListQuery, options?: CallOptions) => http.list<PoolMount>('/v1/pool-mounts', query, options),
      get: (id: string, options?: CallOptions) => http.call<PoolMount>('GET', `/v1/pool-mounts/${encodeURIComponent(id)}`, undefined, options),
    },
    layers: {
      list: (query?: ListQuery, options?: CallOptions) => http.list<Layer>('/v1/layers', query, options),
      get: (id: string, options?: CallOptions) => http.call<Layer>('GET', `/v1/layers/${encodeURIComponent(id)}`, undefined, options),
    },
    cacheEntries: {
      list: (query?: ListQuery, options?: CallOptions) => http.list<CacheEntry>('/v1/cache-entries', query, options),
      get: (id: string, options?: CallOptions) => http.call<CacheEntry>('GET', `/v1/cache-entries/${encodeURIComponent(id)}`, undefined, options),
      /** Bring the image here. */
      fill: (id: string, options?: CallOptions) => http.call<Task>('POST', `/v1/cache-entries/${encodeURIComponent(id)}/fill`, undefined, options),
      /** Look what there is of it, and bring it to a state that is true; from any state that no task works on. */
      recover: (id: string, options?: CallOptions) => http.call<Task>('POST', `/v1/cache-entries/${encodeURIComponent(id)}/recover`, undefined, options),
      /** Free the space; the next VM brings it again. */
      delete: (id: string, options?: CallOptions) => http.call<Task>('DELETE', `/v1/cache-entries/${encodeURIComponent(id)}`, undefined, options),
    },
    volumes: {
      list: (query?: ListQuery, options?: CallOptions) => http.list<Volume>('/v1/volumes', query, options),
      get: (id: string, options?: CallOptions) => http.call<Volume>('GET', `/v1/volumes/${encodeURIComponent(id)}`, undefined, options),
    },
    imageStores: {
      list: (query?: ListQuery, options?: CallOptions) => http.list<ImageStore>('/v1/image-stores', query, options),
      get: (id: string, options?: CallOptions) => http.call<ImageStore>('GET', `/v1/image-stores/${encodeURIComponent(id)}`, undefined, options),
      /** Add a store; its directory must be writable. */
      create: (input: ImageStoreCreate, options?: CallOptions) => http.call<ImageStore>('POST', '/v1/image-stores', input, options),
      /** Change its name or description. */
      update: (id: string, input: ImageStoreUpdate, options?: CallOptions) => http.call<ImageStore>('PATCH', `/v1/image-stores/${encodeURIComponent(id)}`, input, options),
      /** Remove a store without images; its files stay. */
      delete: (id: string, options?: CallOptions) => http.call<void>('DELETE', `/v1/image-stores/${encodeURIComponent(id)}`, undefined, options),
    },
    images: {
      list: (query?: ListQuery, options?: CallOptions) => http.list<Image>('/v1/images', query, options),
      get: (id: string, options?: CallOptions) => http.call<Image>('GET', `/v1/images/${encodeURIComponent(id)}`, undefined, options),
      /** Add an image, by URL or by upload. */
      create: (input: ImageCreate, options?: CallOptions) => http.call<Task>('POST', '/v1/images', input, options),
      /** Change its name or description. */
      update: (id: string, input: ImageUpdate, options?: CallOptions) => http.call<Image>('PATCH', `/v1/images/${encodeURIComponent(id)}`, input, options),
      /** Look what there is of it, and bring it to a state that is true; from any state that no task works on. */
      recover: (id: string, options?: CallOptions) => http.call<Task>('POST', `/v1/images/${encodeURIComponent(id)}/recover`, undefined, options),
      /** Remove it; VMs made from it go on. */
      delete: (id: string, options?: CallOptions) => http.call<Task>('DELETE', `/v1/images/${encodeURIComponent(id)}`, undefined, options),
    },
    networks: {
      list: (query?: ListQuery, options?: CallOptions) => http.list<Network>('/v1/networks', query, options),
      get: (id: string, options?: CallOptions) => http.call<Network>('GET', `/v1/networks/${encodeURIComponent(id)}`, undefined, options),
      /** Make a network. */
      create: (input: NetworkCreate, options?: CallOptions) => http.call<Task>('POST', '/v1/networks', input, options),
      /** Change its name or description. */
      update: (id: string, input: NetworkUpdate, options?: CallOptions) => http.call<Network>('PATCH', `/v1/networks/${encodeURIComponent(id)}`, input, options),
      /** Look what there is of it, and bring it to a state that is true; from any state that no task works on. */
      recover: (id: string, options?: CallOptions) => http.call<Task>('POST', `/v1/networks/${encodeURIComponent(id)}/recover`, undefined, options),
      /** Remove a network without NICs. */
      delete: (id: string, options?: CallOptions) => http.call<Task>('DELETE', `/v1/networks/${encodeURIComponent(id)}`, undefined, options),
    },
    nics: {
      list: (query?: ListQuery, options?: CallOptions) => http.list<Nic>('/v1/nics', query, options),
      get: (id: string, options?: CallOptions) => http.call<Nic>('GET', `/v1/nics/${encodeURIComponent(id)}`, undefined, options),
    },
    offerings: {
      list: (query?: ListQuery, options?: CallOptions) => http.list<Offering>('/v1/offerings', query, options),
      get: (id: string, options?: CallOptions) => http.call<Offering>('GET', `/v1/offerings/${encodeURIComponent(id)}`, undefined, options),
      /** Offer a size. */
      create: (input: OfferingCreate, options?: CallOptions) => http.call<Offering>('POST', '/v1/offerings', input, options),
      /** Change its name or description. */
      update: (id: string, input: OfferingUpdate, options?: CallOptions) => http.call<Offering>('PATCH', `/v1/offerings/${encodeURIComponent(id)}`, input, options),
      /** Offer it no more; VMs of this size go on. */
      delete: (id: string, options?: CallOptions) => http.call<void>('DELETE', `/v1/offerings/${encodeURIComponent(id)}`, undefined, options),
    },
    reservations: {
      list: (query?: ListQuery, options?: CallOptions) => http.list<Reservation>('/v1/reservations', query, options),
      get: (id: string, options?: CallOptions) => http.call<Reservation>('GET', `/v1/reservations/${encodeURIComponent(id)}`, undefined, options),
    },
    vms: {
      list: (query?: ListQuery, options?: CallOptions) => http.list<Vm>('/v1/vms', query, options),
      get: (id: string, options?: CallOptions) => http.call<Vm>('GET', `/v1/vms/${encodeURIComponent(id)}`, undefined, options),
      /** Create a VM and start it. */
      create: (input: VmCreate, options?: CallOptions) => http.call<Task>('POST', '/v1/vms', input, options),
      /** Change its name or description. */
      update: (id: string, input: VmUpdate, options?: CallOptions) => http.call<Vm>('PATCH', `/v1/vms/${encodeURIComponent(id)}`, input, options),
      /** Start it. */
      start: (id: string, options?: CallOptions) => http.call<Task>('POST', `/v1/vms/${encodeURIComponent(id)}/start`, undefined, options),
      /** Ask the guest to shut down and wait until it did. */
      stop: (id: string, input: VmStop, options?: CallOptions) => http.call<Task>('POST', `/v1/vms/${encodeURIComponent(id)}/stop`, input, options),
      /** Pull the plug; what the guest did not write is lost. */
      powerOff: (id: string, options?: CallOptions) => http.call<Task>('POST', `/v1/vms/${encodeURIComponent(id)}/power-off`, undefined, options),
      /** Reboot the guest. */
      reboot: (id: string, input: VmReboot, options?: CallOptions) => http.call<Task>('POST', `/v1/vms/${encodeURIComponent(id)}/reboot`, input, options),
      /** Look what there is of it, and bring it to a state that is true; from any state that no task works on. */
      recover: (id: string, options?: CallOptions) => http.call<Task>('POST', `/v1/vms/${encodeURIComponent(id)}/recover`, undefined, options),
      /** Delete the VM with its root disk and NICs. */
      delete: (id: string, options?: CallOptions) => http.call<Task>('DELETE', `/v1/vms/${encodeURIComponent(id)}`, undefined, options),
    },
  }
}
