import { type Call, type CallOptions, noResult } from './calls.ts'
import { type DomainRef, readDomain, writeDomain } from './domain-ref.ts'
import { flagsOf } from './flags.ts'

/**
 * How far to commit. One of both has to be said: without, libvirt writes into the lowest file of the chain, which may
 * be a template other domains share.
 */
export type CommitDepth = { base: string; shallow?: false } | { shallow: true; base?: undefined }

/** Settings of a block commit. */
export type CommitOptions = CommitDepth &
  CallOptions & {
    /** Topmost file to commit; the active one when not given. */
    top?: string
    /** Allows the active file to be committed; the job then waits, ready, for `pivot`. */
    active?: boolean
    /** Removes the files committed. */
    delete?: boolean
    bandwidthMiBPerSecond?: number
  }

/** A running block job. */
export interface BlockJob {
  readonly type: string
  readonly doneBytes: number
  readonly totalBytes: number
}

/** Options of an external snapshot of the disks. */
export interface DiskSnapshotOptions extends CallOptions {
  /** Freezes the guest's file systems by its agent meanwhile. */
  quiesce?: boolean
  /** The overlay files exist already. */
  reuseFiles?: boolean
}

const JOB_TYPES = ['unknown', 'pull', 'copy', 'commit', 'activeCommit', 'backup']
const COMMIT_BITS = { shallow: 1, delete: 2, active: 4 }
const ABORT_BITS = { async: 1, pivot: 2 }
const SNAPSHOT_BITS = { noMetadata: 4, diskOnly: 16, reuseFiles: 32, quiesce: 64, atomic: 128 }

/** Calls about the files under a running domain's disks: snapshots, commits, backups. */
export function blockJobCalls(call: Call) {
  return {
    /**
     * Puts an overlay on the disks named in the snapshot XML, all or none; libvirt keeps no record of the snapshot.
     * The files so far become backing files.
     */
    snapshotDisks: (domain: DomainRef, xml: string, { timeoutMs, ...options }: DiskSnapshotOptions = {}) =>
      call(
        'domainSnapshotCreateXml',
        (w) => {
          const flags = flagsOf(SNAPSHOT_BITS, { ...options, diskOnly: true, noMetadata: true, atomic: true })
          writeDomain(w, domain).string(xml).uint32(flags)
        },
        (r) => {
          r.string() // the snapshot's name, of no use without a record
          readDomain(r)
        },
        { timeoutMs },
      ),

    /** Starts merging a disk's overlays down. Watch the event `blockJob`. */
    commit: (domain: DomainRef, disk: string, { timeoutMs, base, top, ...options }: CommitOptions) =>
      call(
        'domainBlockCommit',
        (w) => {
          writeDomain(w, domain).string(disk)
          for (const path of [base, top]) w.optional(path, (present) => w.string(present))
          w.uint64(BigInt(options.bandwidthMiBPerSecond ?? 0)).uint32(flagsOf(COMMIT_BITS, options))
        },
        noResult,
        { timeoutMs },
      ),

    /** Ends a disk's job: with `pivot` a ready active commit or copy takes effect, otherwise it is dropped. */
    end: (
      domain: DomainRef,
      disk: string,
      { timeoutMs, ...how }: { pivot?: boolean; async?: boolean } & CallOptions = {},
    ) =>
      call(
        'domainBlockJobAbort',
        (w) => writeDomain(w, domain).string(disk).uint32(flagsOf(ABORT_BITS, how)),
        noResult,
        { timeoutMs },
      ),

    /** The job on a disk; undefined when there is none. */
    info: (domain: DomainRef, disk: string, options?: CallOptions): Promise<BlockJob | undefined> =>
      call(
        'domainGetBlockJobInfo',
        (w) => writeDomain(w, domain).string(disk).uint32(0),
        (r) => {
          const found = r.int32() !== 0
          const type = JOB_TYPES[r.int32()] ?? 'unknown'
          r.uint64() // bandwidth
          const job = { type, doneBytes: r.uint64AsNumber(), totalBytes: r.uint64AsNumber() }
          return found ? job : undefined
        },
        options,
      ),

    /** Starts a backup (`domainbackup` XML), with a checkpoint (`domaincheckpoint` XML) when one is given. */
    beginBackup: (
      domain: DomainRef,
      backupXml: string,
      { checkpointXml, timeoutMs }: { checkpointXml?: string } & CallOptions = {},
    ) =>
      call(
        'domainBackupBegin',
        (w) =>
          writeDomain(w, domain)
            .string(backupXml)
            .optional(checkpointXml, (xml) => w.string(xml))
            .uint32(0),
        noResult,
        { timeoutMs },
      ),

    /** Makes a checkpoint; with `redefine` only libvirt's record of one, which it loses on migration. */
    createCheckpoint: (
      domain: DomainRef,
      xml: string,
      { timeoutMs, redefine }: { redefine?: boolean } & CallOptions = {},
    ) =>
      call(
        'domainCheckpointCreateXml',
        (w) =>
          writeDomain(w, domain)
            .string(xml)
            .uint32(redefine ? 1 : 0),
        (r) => {
          const name = r.string()
          readDomain(r)
          return name
        },
        { timeoutMs },
      ),
  }
}
