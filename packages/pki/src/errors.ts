/** Stable codes of everything this package can refuse. */
export type PkiErrorCode =
  | 'AUTHORITY_DAMAGED'
  | 'AUTHORITY_EXPOSED'
  | 'CERTIFICATE_EXPIRED'
  | 'CERTIFICATE_FOREIGN'
  | 'CERTIFICATE_UNREADABLE'
  | 'CERTIFICATE_WRONG_USE'
  | 'IDENTITY_DAMAGED'
  | 'NAME_INVALID'
  | 'REQUEST_INVALID'
  | 'TOKEN_INVALID'

/** A certificate, request or token that is refused; the message ends with what to do about it. */
export class PkiError extends Error {
  readonly code: PkiErrorCode

  constructor(code: PkiErrorCode, message: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'PkiError'
    this.code = code
  }
}
