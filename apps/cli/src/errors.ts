/** Exit codes, and errors that are the user's to mend. */

/** What the process ends with. */
export const EXIT = { ok: 0, failed: 1, usage: 2, taskFailed: 3 } as const

export type CliErrorCode =
  | 'AMBIGUOUS'
  | 'AUDIT_CHANGED'
  | 'BAD_CONFIG'
  | 'BAD_VALUE'
  | 'CONFIRMATION_NEEDED'
  | 'FORBIDDEN'
  | 'MISSING_VALUE'
  | 'NOT_A_TERMINAL'
  | 'NOT_FOUND'
  | 'NOT_LOGGED_IN'

/** Something the user can mend; `remedy` says how. */
export class CliError extends Error {
  readonly code: CliErrorCode
  readonly remedy?: string
  readonly exitCode: number

  constructor(
    code: CliErrorCode,
    message: string,
    options: { remedy?: string; exitCode?: number; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.name = 'CliError'
    this.code = code
    this.remedy = options.remedy
    this.exitCode = options.exitCode ?? EXIT.failed
  }
}

/** A command line that cannot be understood. */
export const usageError = (message: string, remedy?: string): CliError =>
  new CliError('BAD_VALUE', message, { remedy, exitCode: EXIT.usage })
