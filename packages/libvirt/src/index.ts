/**
 * A client of libvirt's RPC protocol over the daemon's unix socket.
 *
 * ```ts
 * const libvirt = await connectLibvirt()
 * const domain = await libvirt.domains.lookupByName('web')
 * await libvirt.domains.start(domain)
 * ```
 */
export type { BlockJob, CommitDepth, CommitOptions, DiskSnapshotOptions } from './block-jobs.ts'
export type { Call, CallOptions } from './calls.ts'
export { DEFAULT_CALL_TIMEOUT_MS, noArguments, noResult } from './calls.ts'
export type { ConnectionEvents, LibvirtClient, LibvirtClientOptions } from './client.ts'
export { connectLibvirt } from './client.ts'
export type { ConsoleOptions } from './console.ts'
export type { ScopeOptions } from './devices.ts'
export type { DomainRef } from './domain-ref.ts'
export { readDomain, writeDomain } from './domain-ref.ts'
export type { DomainState } from './domain-state.ts'
export type { Disk, DomainDevices, Graphics, Interface, SerialPort } from './domain-xml.ts'
export { parseDomainDevices } from './domain-xml.ts'
export type { DomainInfo, GuestRequestOptions, ListFilter } from './domains.ts'
export type { ClientErrorCode, LibvirtErrorCode, LibvirtErrorDomain } from './errors.ts'
export { isLibvirtError, LibvirtError } from './errors.ts'
export type { DomainEventListener } from './event-hub.ts'
export type { DomainEventName, DomainEvents, LifecycleStep } from './events.ts'
export type { Scope } from './flags.ts'
export type { AgentOptions, InterfaceAddresses } from './guest.ts'
export type { DomainCapabilitiesQuery, HostInfo } from './host.ts'
export type { MigrationOptions } from './migration.ts'
export type { ProcedureName } from './procedures.ts'
export { DEFAULT_SOCKET_PATH, formatVersion, type SessionOptions } from './session.ts'
export type { DomainStats, StatsGroup, StatsQuery } from './stats.ts'
export type { LibvirtStream } from './stream.ts'
export type { ReconnectDelays } from './supervisor.ts'
export type { ParamValues, TypedParam } from './typed-params.ts'
export { XdrReader, XdrWriter } from './xdr.ts'
