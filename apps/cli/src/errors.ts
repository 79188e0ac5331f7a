/** Exit codes, and errors that are the user's to mend. */

/** What the process ends with. `basalt help exit-codes` tells the same. */
export const EXIT = {
  ok: 0,
  failed: 1,
  usage: 2,
  taskFailed: 3,
  unreachable: 4,
  timedOut: 5,
  interrupted: 130,
} as const

/** What each of them means, for people. */
export const EXIT_MEANINGS: Readonly<Record<keyof typeof EXIT, string>> = {
  ok: 'done',
  failed: 'refused or failed; what is wrong is said on standard error',
  usage: 'the command line is not understood, or something is missing on it',
  taskFailed: 'a task failed or was cancelled, or what was waited for broke',
  unreachable: 'the cloud does not answer, or its certificate is not trusted',
  timedOut: 'time ran out while waiting; the work itself goes on',
  interrupted: 'interrupted by Ctrl-C; tasks go on',
}

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
  | 'WAITED_IN_VAIN'

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
