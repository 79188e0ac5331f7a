/** Stable codes of everything the lab can complain about. */
export type LabErrorCode =
  | 'LAB_NAME_INVALID'
  | 'LAB_STATE_DIR_INVALID'
  | 'LAB_USAGE'
  | 'LAB_REQUIREMENTS_MISSING'
  | 'LAB_COMMAND_FAILED'
  | 'LAB_NOT_RUNNING'
  | 'LAB_HOST_UNKNOWN'
  | 'LAB_HOST_EXISTS'
  | 'LAB_HOST_OFF'
  | 'LAB_BUSY'
  | 'LAB_SUBNETS_EXHAUSTED'
  | 'LAB_TIMEOUT'

/** An error of the lab: what went wrong (`message`), what it is called (`code`), what to do about it (`remedy`). */
export class LabError extends Error {
  readonly code: LabErrorCode
  readonly remedy?: string

  constructor(code: LabErrorCode, message: string, options: { remedy?: string; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.name = 'LabError'
    this.code = code
    this.remedy = options.remedy
  }
}
