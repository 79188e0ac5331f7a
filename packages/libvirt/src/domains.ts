import { type Call, type CallOptions, noResult } from './calls.ts'
import { type DomainRef, readDomain, writeDomain, writeUuid } from './domain-ref.ts'
import { type DomainState, domainState, stateReason } from './domain-state.ts'
import { flagsOf } from './flags.ts'
import type { ProcedureName } from './procedures.ts'

/** Which domains to list; with several kinds set, those that match every kind (`virConnectListAllDomainsFlags`). */
export interface ListFilter {
  active?: boolean
  inactive?: boolean
  persistent?: boolean
  transient?: boolean
  running?: boolean
  paused?: boolean
  shutOff?: boolean
}

/** What a domain uses (`virDomainInfo`). */
export interface DomainInfo {
  readonly state: DomainState
  readonly maxMemoryBytes: number
  readonly memoryBytes: number
  readonly vcpus: number
  readonly cpuTimeNanoseconds: number
}

/** How to ask a guest to stop or restart: libvirt chooses unless one way is given. */
export interface GuestRequestOptions extends CallOptions {
  via?: 'acpi' | 'guestAgent'
}

const LIST_BITS = { active: 1, inactive: 2, persistent: 4, transient: 8, running: 16, paused: 32, shutOff: 64 }
const START_BITS = { paused: 1, autoDestroy: 2, bypassCache: 4, forceBoot: 8, validate: 16, resetNvram: 32 }
const DESTROY_BITS = { graceful: 1, removeLogs: 2 }
const XML_BITS = { secure: 1, inactive: 2, updateCpu: 4, migratable: 8 }
const UNDEFINE_BITS = {
  ...{ managedSave: 1, snapshotsMetadata: 2, nvram: 4, keepNvram: 8, checkpointsMetadata: 16, tpm: 32, keepTpm: 64 },
}
const GUEST_REQUEST_FLAGS = { acpi: 1, guestAgent: 2 }
const VALIDATE = 1
const KIBIBYTE = 1024

/** Calls that find, define, start and stop domains. */
export function domainCalls(call: Call) {
  const onDomain = (procedure: ProcedureName, domain: DomainRef, options?: CallOptions) =>
    call(procedure, (w) => writeDomain(w, domain), noResult, options)
  const withFlags = (procedure: ProcedureName, domain: DomainRef, flags: number, options?: CallOptions) =>
    call(procedure, (w) => writeDomain(w, domain).uint32(flags), noResult, options)
  const guestRequest = (procedure: ProcedureName, domain: DomainRef, { via, ...options }: GuestRequestOptions) =>
    withFlags(procedure, domain, via ? GUEST_REQUEST_FLAGS[via] : 0, options)

  return {
    /** All domains, or those a filter leaves. */
    list: ({ timeoutMs, ...filter }: ListFilter & CallOptions = {}): Promise<DomainRef[]> =>
      call(
        'connectListAllDomains',
        (w) => w.int32(1).uint32(flagsOf(LIST_BITS, filter)),
        (r) => {
          const domains = r.array(() => readDomain(r))
          r.uint32() // their number once more
          return domains
        },
        { timeoutMs },
      ),

    /** Fails with `LIBVIRT_NO_DOMAIN` when there is none. */
    lookupByName: (name: string, options?: CallOptions) =>
      call('domainLookupByName', (w) => w.string(name), readDomain, options),

    /** Fails with `LIBVIRT_NO_DOMAIN` when there is none. */
    lookupByUuid: (uuid: string, options?: CallOptions) =>
      call('domainLookupByUuid', (w) => writeUuid(w, uuid), readDomain, options),

    /** Defines a persistent domain, or redefines it for its next start. `validate` checks the XML's schema first. */
    define: (xml: string, { validate, ...options }: { validate?: boolean } & CallOptions = {}) =>
      call('domainDefineXmlFlags', (w) => w.string(xml).uint32(validate ? VALIDATE : 0), readDomain, options),

    /** Forgets a persistent domain; libvirt refuses while something kept with it is not named for removal. */
    undefine: (
      domain: DomainRef,
      { timeoutMs, ...what }: { [key in keyof typeof UNDEFINE_BITS]?: boolean } & CallOptions = {},
    ) => withFlags('domainUndefineFlags', domain, flagsOf(UNDEFINE_BITS, what), { timeoutMs }),

    /** Starts a defined domain; with `paused`, its CPUs wait for {@link resume}. */
    start: (
      domain: DomainRef,
      { timeoutMs, ...how }: { [key in keyof typeof START_BITS]?: boolean } & CallOptions = {},
    ) =>
      call('domainCreateWithFlags', (w) => writeDomain(w, domain).uint32(flagsOf(START_BITS, how)), readDomain, {
        timeoutMs,
      }),

    /** Starts a domain that exists only while it runs. */
    startTransient: (
      xml: string,
      { timeoutMs, ...how }: { [key in keyof typeof START_BITS]?: boolean } & CallOptions = {},
    ) => call('domainCreateXml', (w) => w.string(xml).uint32(flagsOf(START_BITS, how)), readDomain, { timeoutMs }),

    /** Asks the guest to shut down. Resolves when it has been asked; watch the lifecycle events for the end. */
    shutdown: (domain: DomainRef, options: GuestRequestOptions = {}) =>
      guestRequest('domainShutdownFlags', domain, options),

    /** Asks the guest to restart. Resolves when it has been asked. */
    reboot: (domain: DomainRef, options: GuestRequestOptions = {}) => guestRequest('domainReboot', domain, options),

    /** Presses the reset button. */
    reset: (domain: DomainRef, options?: CallOptions) => withFlags('domainReset', domain, 0, options),

    /** Stops the domain at once. `graceful` lets QEMU flush, and fails rather than kill it; `removeLogs` also cleans. */
    destroy: (
      domain: DomainRef,
      { timeoutMs, ...how }: { [key in keyof typeof DESTROY_BITS]?: boolean } & CallOptions = {},
    ) => withFlags('domainDestroyFlags', domain, flagsOf(DESTROY_BITS, how), { timeoutMs }),

    /** Stops the CPUs; memory and devices stay. */
    suspend: (domain: DomainRef, options?: CallOptions) => onDomain('domainSuspend', domain, options),

    /** Lets the CPUs of a paused domain run. */
    resume: (domain: DomainRef, options?: CallOptions) => onDomain('domainResume', domain, options),

    /** The state, and why the domain is in it. */
    state: (domain: DomainRef, options?: CallOptions) =>
      call(
        'domainGetState',
        (w) => writeDomain(w, domain).uint32(0),
        (r) => {
          const state = domainState(r.int32())
          return { state, reason: stateReason(state, r.int32()) }
        },
        options,
      ),

    /** The domain's XML: of the running instance, or with `inactive` of the next start; `secure` shows passwords. */
    xml: (
      domain: DomainRef,
      { timeoutMs, ...which }: { [key in keyof typeof XML_BITS]?: boolean } & CallOptions = {},
    ) =>
      call(
        'domainGetXmlDesc',
        (w) => writeDomain(w, domain).uint32(flagsOf(XML_BITS, which)),
        (r) => r.string(),
        {
          timeoutMs,
        },
      ),

    /** State, memory and CPU time. */
    info: (domain: DomainRef, options?: CallOptions): Promise<DomainInfo> =>
      call(
        'domainGetInfo',
        (w) => writeDomain(w, domain),
        (r) => ({
          state: domainState(r.uint32()),
          maxMemoryBytes: r.uint64AsNumber() * KIBIBYTE,
          memoryBytes: r.uint64AsNumber() * KIBIBYTE,
          vcpus: r.uint32(),
          cpuTimeNanoseconds: r.uint64AsNumber(),
        }),
        options,
      ),

    /** Whether libvirtd starts the domain when it starts. */
    autostart: (domain: DomainRef, options?: CallOptions) =>
      call(
        'domainGetAutostart',
        (w) => writeDomain(w, domain),
        (r) => r.int32() !== 0,
        options,
      ),

    /** Sets whether libvirtd starts the domain when it starts. */
    setAutostart: (domain: DomainRef, autostart: boolean, options?: CallOptions) =>
      call('domainSetAutostart', (w) => writeDomain(w, domain).int32(autostart ? 1 : 0), noResult, options),

    /** Saves memory to disk and stops the domain; the next start goes on from there. Takes long for big guests. */
    managedSave: (domain: DomainRef, options?: CallOptions) => withFlags('domainManagedSave', domain, 0, options),
  }
}
