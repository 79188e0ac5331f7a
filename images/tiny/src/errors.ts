/** Stable reasons why the tiny image could not be made or probed. */
export type TinyImageErrorCode =
  | 'TOOL_MISSING'
  | 'TOOL_FAILED'
  | 'PACKAGE_UNAVAILABLE'
  | 'PACKAGE_CONTENT'
  | 'ARCHITECTURE_UNSUPPORTED'
  | 'SEED_INVALID'

/** Failure of this package. `remedy` says in words what to do next. */
export class TinyImageError extends Error {
  readonly code: TinyImageErrorCode
  readonly remedy: string

  constructor(code: TinyImageErrorCode, message: string, remedy: string, options?: { cause?: unknown }) {
    super(`${message} ${remedy}`, options)
    this.name = 'TinyImageError'
    this.code = code
    this.remedy = remedy
  }
}
