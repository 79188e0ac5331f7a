import { type Call, type CallOptions, noResult } from './calls.ts'
import { type DomainRef, writeDomain } from './domain-ref.ts'
import { flagsOf } from './flags.ts'
import { readParams, type TypedParam, writeParams } from './typed-params.ts'

/** Where and how to migrate. */
export interface MigrationOptions extends CallOptions {
  /** The destination's libvirt as the source's libvirtd reaches it, such as `qemu+tls://host/system`. */
  destinationUri: string
  /** Where the guest's memory goes, such as `tcp://10.0.0.2`; the destination's choice when not given. */
  memoryUri?: string
  /** XML of the domain at the destination, for host-specific parts; its hardware may not differ. */
  destinationXml?: string
  /** XML to define there persistently. */
  persistentXml?: string
  bandwidthMiBPerSecond?: number
  /** The guest runs on meanwhile. */
  live?: boolean
  /** Defines the domain at the destination. */
  persistDestination?: boolean
  /** Forgets the domain at the source. */
  undefineSource?: boolean
  /** Leaves the guest paused at the destination. */
  paused?: boolean
  /** Copies disks that are not shared. */
  copyDisks?: boolean
  /** Migrates although a cache mode or file system looks unsafe to libvirt. */
  unsafe?: boolean
  /** Gives up when a disk fails meanwhile. */
  abortOnError?: boolean
  /** Slows a guest down that writes memory faster than it can be sent. */
  autoConverge?: boolean
  /** Encrypts the memory stream. */
  tls?: boolean
}

const MIGRATE_BITS = {
  ...{ live: 1, peerToPeer: 2, persistDestination: 8, undefineSource: 16, paused: 32, copyDisks: 64, unsafe: 1 << 9 },
  ...{ abortOnError: 1 << 12, autoConverge: 1 << 13, tls: 1 << 16 },
}

const JOB_TYPES = ['none', 'bounded', 'unbounded', 'completed', 'failed', 'cancelled']

/** Deadline of a migration that sets none: an hour, in milliseconds. */
const MIGRATION_TIMEOUT_MS = 3_600_000

/** Calls about migration, and about the one long job a domain can have (migration, save, backup). */
export function migrationCalls(call: Call) {
  return {
    /**
     * Migrates a running domain; the source's libvirtd drives it, and this resolves when the guest runs there. It
     * takes a slot of the connection's calls all the time. The deadline, by default an hour, does not cancel it:
     * {@link abortJob} does.
     */
    migrate: (domain: DomainRef, { timeoutMs = MIGRATION_TIMEOUT_MS, ...options }: MigrationOptions): Promise<void> =>
      call(
        'domainMigratePerform3Params',
        (w) => {
          writeDomain(w, domain).optional(options.destinationUri, (uri) => w.string(uri))
          writeParams(w, migrationParams(options))
          w.opaque(Buffer.alloc(0)).uint32(flagsOf(MIGRATE_BITS, { ...options, peerToPeer: true }))
        },
        (r) => void r.opaque(),
        { timeoutMs },
      ),

    /** The domain's job: its type, and values by libvirt's names, such as `memory_remaining` (bytes). */
    job: (domain: DomainRef, { completed, ...options }: { completed?: boolean } & CallOptions = {}) =>
      call(
        'domainGetJobStats',
        (w) => writeDomain(w, domain).uint32(completed ? 1 : 0),
        (r) => ({ type: JOB_TYPES[r.int32()] ?? 'unknown', values: readParams(r) }),
        options,
      ),

    /** Cancels the domain's job; what waits for it fails with `LIBVIRT_OPERATION_ABORTED`. */
    abortJob: (domain: DomainRef, options?: CallOptions) =>
      call('domainAbortJob', (w) => writeDomain(w, domain), noResult, options),
  }
}

function migrationParams(options: MigrationOptions): TypedParam[] {
  const texts: [string, string | undefined][] = [
    ['migrate_uri', options.memoryUri],
    ['destination_xml', options.destinationXml],
    ['persistent_xml', options.persistentXml],
  ]
  const params = texts.flatMap(([name, value]): TypedParam[] =>
    value === undefined ? [] : [{ name, type: 'string', value }],
  )
  const bandwidth = options.bandwidthMiBPerSecond
  return bandwidth === undefined ? params : [...params, { name: 'bandwidth', type: 'uint64', value: bandwidth }]
}
