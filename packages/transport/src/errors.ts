import type { WireError } from '@basalt/contracts'

/** Codes this package itself uses; commands may also fail with any code of the host's own. */
export type TransportErrorCode =
  | 'CANCELLED'
  | 'CERTIFICATE_REQUIRED'
  | 'COMMAND_UNKNOWN'
  | 'CONTROL_PLANE_NOT_PINNED'
  | 'DEADLINE_EXCEEDED'
  | 'HOST_DISCONNECTED'
  | 'HOST_OUT_OF_REACH'
  | 'HOST_ERROR'
  | 'HOST_TIMEOUT'
  | 'LEDGER_DAMAGED'
  | 'LEDGER_UNWRITABLE'
  | 'MESSAGE_INVALID'
  | 'MESSAGE_TOO_LARGE'
  | 'NODE_UNREACHABLE'
  | 'PROTOCOL_UNSUPPORTED'
  | 'REGISTRATION_FAILED'
  | 'RESULT_INVALID'
  | 'STALE_EPOCH'
  | 'STREAM_BROKEN'
  | 'STREAM_KIND_UNKNOWN'
  | 'TOKEN_REFUSED'

/** A failure of a connection, a call or a stream; or a host's own error as it came over the wire. */
export class TransportError extends Error {
  /** One of {@link TransportErrorCode}, or a code of the host's driver. */
  readonly code: string
  readonly remedy: string | undefined
  readonly details: Record<string, unknown> | undefined

  constructor(error: WireError, options?: { cause?: unknown }) {
    super(error.message, options)
    this.name = 'TransportError'
    this.code = error.code
    this.remedy = error.remedy
    this.details = error.details
  }
}

/** Shorthand for this package's own errors, so that their codes are checked. */
export function transportError(
  code: TransportErrorCode,
  message: string,
  more: { remedy?: string; details?: Record<string, unknown>; cause?: unknown } = {},
): TransportError {
  const { cause, ...rest } = more
  return new TransportError({ code, message, ...rest }, cause === undefined ? undefined : { cause })
}

/**
 * Puts any thrown thing into wire form. A string `code` of the thrower's own is kept; operating system errors (they carry `errno`) and
 * errors without a code become HOST_ERROR.
 */
export function toWireError(thrown: unknown): WireError {
  if (!(thrown instanceof Error)) return { code: 'HOST_ERROR', message: String(thrown) }
  const { code, errno, remedy, details } = thrown as Error & Partial<Record<keyof WireError | 'errno', unknown>>
  if (typeof code !== 'string') return { code: 'HOST_ERROR', message: thrown.message }
  if (errno !== undefined) return { code: 'HOST_ERROR', message: thrown.message, details: { systemCode: code } }
  const wireError: WireError = { code, message: thrown.message }
  if (typeof remedy === 'string') wireError.remedy = remedy
  if (isRecord(details)) wireError.details = details
  return wireError
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
