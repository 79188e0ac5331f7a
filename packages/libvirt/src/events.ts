import { type DomainRef, readDomain } from './domain-ref.ts'
import type { XdrReader } from './xdr.ts'

/** What happened to a domain's life (`virDomainEventType`), and the details of each (`virDomainEvent*DetailType`). */
const LIFECYCLE = [
  { event: 'defined', details: ['added', 'updated', 'renamed', 'fromSnapshot'] },
  { event: 'undefined', details: ['removed', 'renamed'] },
  { event: 'started', details: ['booted', 'migrated', 'restored', 'fromSnapshot', 'wakeup'] },
  {
    event: 'suspended',
    details: [
      ...['paused', 'migrated', 'ioError', 'watchdog', 'restored', 'fromSnapshot', 'apiError', 'postCopy'],
      ...['postCopyFailed'],
    ],
  },
  { event: 'resumed', details: ['unpaused', 'migrated', 'fromSnapshot', 'postCopy', 'postCopyFailed'] },
  {
    event: 'stopped',
    details: ['shutdown', 'destroyed', 'crashed', 'migrated', 'saved', 'failed', 'fromSnapshot'],
  },
  { event: 'shutdown', details: ['finished', 'guest', 'host'] },
  { event: 'pmSuspended', details: ['memory', 'disk'] },
  { event: 'crashed', details: ['panicked', 'crashLoaded'] },
] as const

const WATCHDOG_ACTIONS = ['none', 'pause', 'reset', 'powerOff', 'shutdown', 'debug', 'injectNmi'] as const
const IO_ERROR_ACTIONS = ['none', 'pause', 'report'] as const
const AGENT_STATES = ['unknown', 'connected', 'disconnected'] as const
const AGENT_REASONS = ['unknown', 'domainStarted', 'channel'] as const
const BLOCK_JOB_TYPES = ['unknown', 'pull', 'copy', 'commit', 'activeCommit', 'backup'] as const
const BLOCK_JOB_STATUSES = ['completed', 'failed', 'canceled', 'ready'] as const

/** Step of a domain's life; `unknown` when newer than this client. */
export type LifecycleStep = (typeof LIFECYCLE)[number]['event'] | 'unknown'

/** The events of domains, by name. Words newer than this client come as `unknown`. */
export interface DomainEvents {
  /** The domain was defined, started, suspended, resumed, stopped ... `detail` says how, such as `destroyed`. */
  lifecycle: { domain: DomainRef; event: LifecycleStep; detail: string }
  /** The guest restarted, by itself or by a reset. */
  reboot: { domain: DomainRef }
  /** The guest agent came or went. */
  agentLifecycle: { domain: DomainRef; state: 'connected' | 'disconnected' | 'unknown'; reason: string }
  /** The guest's watchdog fired, and what was done. */
  watchdog: { domain: DomainRef; action: string }
  /** A disk failed, and what was done. `reason` is `enospc` for a full disk, otherwise empty. */
  ioError: { domain: DomainRef; sourcePath: string; deviceAlias: string; action: string; reason: string }
  /** A device was plugged in. */
  deviceAdded: { domain: DomainRef; deviceAlias: string }
  /** A device is gone: the guest has let go of it. */
  deviceRemoved: { domain: DomainRef; deviceAlias: string }
  /** The guest refused to let a device go. */
  deviceRemovalFailed: { domain: DomainRef; deviceAlias: string }
  /** A block job changed. `target` is the disk's target, such as `vda`. */
  blockJob: { domain: DomainRef; target: string; type: string; status: string }
}

/** Name of an event. */
export type DomainEventName = keyof DomainEvents

/** One kind of event: its number for registration, the message that brings it, and how to read it. */
export interface EventKind<T> {
  /** `virDomainEventID`. */
  readonly id: number
  /** Procedure number of the message. */
  readonly procedure: number
  /** Reads the body after the callback number. */
  readonly read: (reader: XdrReader) => T
}

/** The kinds of events this client knows. */
export const EVENT_KINDS: { readonly [name in DomainEventName]: EventKind<DomainEvents[name]> } = {
  lifecycle: { id: 0, procedure: 318, read: readLifecycle },
  reboot: { id: 1, procedure: 319, read: (r) => ({ domain: readDomain(r) }) },
  watchdog: {
    id: 3,
    procedure: 321,
    read: (r) => ({ domain: readDomain(r), action: word(WATCHDOG_ACTIONS, r.int32()) }),
  },
  ioError: {
    id: 6,
    procedure: 324,
    read: (r) => ({
      domain: readDomain(r),
      sourcePath: r.string(),
      deviceAlias: r.string(),
      action: word(IO_ERROR_ACTIONS, r.int32()),
      reason: r.string(),
    }),
  },
  deviceRemoved: { id: 15, procedure: 333, read: readDeviceEvent },
  blockJob: {
    id: 16,
    procedure: 339,
    read: (r) => ({
      domain: readDomain(r),
      target: r.string(),
      type: word(BLOCK_JOB_TYPES, r.int32()),
      status: word(BLOCK_JOB_STATUSES, r.int32()),
    }),
  },
  agentLifecycle: {
    id: 18,
    procedure: 348,
    read: (r) => ({
      domain: readDomain(r),
      state: word(AGENT_STATES, r.int32()),
      reason: word(AGENT_REASONS, r.int32()),
    }),
  },
  deviceAdded: { id: 19, procedure: 354, read: readDeviceEvent },
  deviceRemovalFailed: { id: 22, procedure: 367, read: readDeviceEvent },
}

function word<T extends string>(words: readonly T[], number: number): T | 'unknown' {
  return words[number] ?? 'unknown'
}

function readLifecycle(reader: XdrReader): DomainEvents['lifecycle'] {
  const domain = readDomain(reader)
  const step = LIFECYCLE[reader.int32()]
  const detail = reader.int32()
  return { domain, event: step?.event ?? 'unknown', detail: step?.details[detail] ?? 'unknown' }
}

function readDeviceEvent(reader: XdrReader): { domain: DomainRef; deviceAlias: string } {
  return { domain: readDomain(reader), deviceAlias: reader.string() }
}
