/** Errors a database server reports (RFC 7047, sections 3.1, 4.1 and 5.2; ovsdb-server(7)). */
export type ServerErrorCode =
  | 'aborted'
  | 'canceled'
  | 'constraint violation'
  | 'domain error'
  | 'duplicate uuid-name'
  | 'I/O error'
  | 'not owner'
  | 'not supported'
  | 'permission error'
  | 'range error'
  | 'referential integrity violation'
  | 'resources exhausted'
  | 'syntax error'
  | 'timed out'
  | 'unknown database'
  | 'unknown monitor'

/**
 * Errors found on this side of the connection.
 *
 * - `disconnected`: the connection ended before the reply came; the call changes nothing, so it may simply be repeated.
 * - `outcome unknown`: the reply to a transaction that had already been sent was lost; it may or may not have been
 *   carried out. Read the data before trying again. `cause` says why the reply was lost.
 * - `deadline exceeded`: the call's own deadline passed; for a transaction: before it was sent.
 * - `protocol error`: the peer sent something that is not OVSDB.
 * - `message too large`: the peer's message exceeds the configured bound.
 * - `schema mismatch`: the server's schema lacks, or types differently, what this client was generated for.
 * - `not leader`: this server does not (or no longer) lead or belong to its cluster.
 * - `invalid value`: a value cannot be represented in its column; nothing was sent.
 * - `no such row`, `ambiguous`: a lookup that must find exactly one row found none, or several.
 * - `closed`: the client was closed by its owner.
 */
export type ClientErrorCode =
  | 'ambiguous'
  | 'closed'
  | 'deadline exceeded'
  | 'disconnected'
  | 'invalid value'
  | 'message too large'
  | 'no such row'
  | 'not leader'
  | 'outcome unknown'
  | 'protocol error'
  | 'schema mismatch'

/** A code this package knows, or one that a newer server invented. */
export type OvsdbErrorCode = ServerErrorCode | ClientErrorCode | (string & Record<never, never>)

/** What an {@link OvsdbError} carries besides its code and message. */
export interface OvsdbErrorOptions {
  readonly cause?: unknown
  /** Index of the failing operation, or null when the failure belongs to no single operation. */
  readonly operationIndex?: number | null
  /** Name of the failing operation and its table, for people. */
  readonly operation?: string
}

/** The one error class of this package; callers decide by `code`. */
export class OvsdbError extends Error {
  readonly code: OvsdbErrorCode
  /** Index of the failing operation in its transaction; null for a failure at commit or outside transactions. */
  readonly operationIndex: number | null
  /** The server's or client's words on what went wrong, without the code. */
  readonly details: string

  constructor(code: OvsdbErrorCode, details: string, options: OvsdbErrorOptions = {}) {
    const where = options.operation === undefined ? '' : ` in ${options.operation}`
    super(`${code}${where}${details === '' ? '' : `: ${details}`}`, { cause: options.cause })
    this.name = 'OvsdbError'
    this.code = code
    this.details = details
    this.operationIndex = options.operationIndex ?? null
  }
}

/** True when `error` is an {@link OvsdbError} with one of these codes. */
export function isOvsdbError(error: unknown, ...codes: OvsdbErrorCode[]): error is OvsdbError {
  return error instanceof OvsdbError && (codes.length === 0 || codes.includes(error.code))
}
