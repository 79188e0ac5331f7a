import { type Call, type CallOptions, noResult } from './calls.ts'
import { type DomainRef, writeDomain } from './domain-ref.ts'
import { type Scope, scopeFlags } from './flags.ts'
import { type TypedParam, writeParams } from './typed-params.ts'

/** Which definition a change goes to; `current` when not given. */
export interface ScopeOptions extends CallOptions {
  scope?: Scope
}

const SIZE_IN_BYTES = 1
const MAXIMUM = 4
const KIBIBYTE = 1024

/** Calls that change the devices, memory and CPUs of a domain. */
export function deviceCalls(call: Call) {
  const withXml = (
    procedure: 'domainAttachDeviceFlags' | 'domainDetachDeviceFlags' | 'domainUpdateDeviceFlags',
    domain: DomainRef,
    xml: string,
    { scope, ...options }: ScopeOptions,
  ) => call(procedure, (w) => writeDomain(w, domain).string(xml).uint32(scopeFlags(scope)), noResult, options)

  return {
    /** Plugs a device in. `xml` is the device's element alone. */
    attach: (domain: DomainRef, xml: string, options: ScopeOptions = {}) =>
      withXml('domainAttachDeviceFlags', domain, xml, options),

    /**
     * Asks to unplug the device `xml` describes. With PCI devices the guest has the last word: wait for the event
     * `deviceRemoved`.
     */
    detach: (domain: DomainRef, xml: string, options: ScopeOptions = {}) =>
      withXml('domainDetachDeviceFlags', domain, xml, options),

    /** Asks to unplug a device by its alias (`ua-...` or one libvirt gave). Wait for `deviceRemoved`. */
    detachByAlias: (domain: DomainRef, alias: string, { scope, ...options }: ScopeOptions = {}) =>
      call(
        'domainDetachDeviceAlias',
        (w) => writeDomain(w, domain).string(alias).uint32(scopeFlags(scope)),
        noResult,
        options,
      ),

    /** Changes what can be changed in place: the medium of a CD drive, the bandwidth or link state of a NIC ... */
    update: (domain: DomainRef, xml: string, options: ScopeOptions = {}) =>
      withXml('domainUpdateDeviceFlags', domain, xml, options),

    /** Sets the memory the guest has (by its balloon), or with `maximum` the most it can get at the next start. */
    setMemory: (
      domain: DomainRef,
      memoryBytes: number,
      { scope, maximum, ...options }: ScopeOptions & { maximum?: boolean } = {},
    ) =>
      call(
        'domainSetMemoryFlags',
        (w) => {
          const flags = scopeFlags(scope) | (maximum ? MAXIMUM : 0)
          writeDomain(w, domain)
            .uint64(BigInt(Math.floor(memoryBytes / KIBIBYTE)))
            .uint32(flags)
        },
        noResult,
        options,
      ),

    /** Sets the number of virtual CPUs, or with `maximum` the most there can be after the next start. */
    setVcpus: (
      domain: DomainRef,
      vcpus: number,
      { scope, maximum, ...options }: ScopeOptions & { maximum?: boolean } = {},
    ) =>
      call(
        'domainSetVcpusFlags',
        (w) =>
          writeDomain(w, domain)
            .uint32(vcpus)
            .uint32(scopeFlags(scope) | (maximum ? MAXIMUM : 0)),
        noResult,
        options,
      ),

    /** Tells a running guest that a disk (target such as `vda`, or source path) has a new size. */
    resizeDisk: (domain: DomainRef, disk: string, sizeBytes: number, options?: CallOptions) =>
      call(
        'domainBlockResize',
        (w) => writeDomain(w, domain).string(disk).uint64(BigInt(sizeBytes)).uint32(SIZE_IN_BYTES),
        noResult,
        options,
      ),

    /**
     * Limits a disk's I/O. Parameters by libvirt's names, all `uint64`: `total_bytes_sec`, `read_bytes_sec`,
     * `total_iops_sec` ...; 0 lifts a limit.
     */
    setDiskIoLimits: (
      domain: DomainRef,
      disk: string,
      params: readonly TypedParam[],
      { scope, ...options }: ScopeOptions = {},
    ) =>
      call(
        'domainSetBlockIoTune',
        (w) => writeParams(writeDomain(w, domain).string(disk), params).uint32(scopeFlags(scope)),
        noResult,
        options,
      ),
  }
}
