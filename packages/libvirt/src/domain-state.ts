/** States of a domain by their number (`virDomainState`). */
const STATES = ['noState', 'running', 'blocked', 'paused', 'shuttingDown', 'shutOff', 'crashed', 'pmSuspended'] as const

/** State of a domain; `unknown` for a state newer than this client. */
export type DomainState = (typeof STATES)[number] | 'unknown'

/** Reasons of each state by their number (`virDomain*Reason`). */
const REASONS: Partial<Record<DomainState, readonly string[]>> = {
  running: [
    ...['unknown', 'booted', 'migrated', 'restored', 'fromSnapshot', 'unpaused', 'migrationCanceled'],
    ...['saveCanceled', 'wakeup', 'crashed', 'postCopy', 'postCopyFailed'],
  ],
  paused: [
    ...['unknown', 'user', 'migration', 'save', 'dump', 'ioError', 'watchdog', 'fromSnapshot', 'shuttingDown'],
    ...['snapshot', 'crashed', 'startingUp', 'postCopy', 'postCopyFailed'],
  ],
  shuttingDown: ['unknown', 'user'],
  shutOff: [
    ...['unknown', 'shutdown', 'destroyed', 'crashed', 'migrated', 'saved', 'failed', 'fromSnapshot', 'daemon'],
  ],
  crashed: ['unknown', 'panicked'],
}

/** The name of a state number. */
export function domainState(state: number): DomainState {
  return STATES[state] ?? 'unknown'
}

/** The name of a state's reason; `unknown` when libvirt gives none, or one newer than this client. */
export function stateReason(state: DomainState, reason: number): string {
  return REASONS[state]?.[reason] ?? 'unknown'
}
