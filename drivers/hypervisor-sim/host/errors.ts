/** What went wrong in a simulated component, with the code that a real driver would give. */
export class SimulatorError extends Error {
  override readonly name = 'SimulatorError'
  readonly code: string
  readonly remedy: string | undefined
  readonly details: Record<string, unknown> | undefined

  constructor(code: string, message: string, options: SimulatorErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    this.remedy = options.remedy
    this.details = options.details
  }
}

/** Optional facts of a {@link SimulatorError}. */
export interface SimulatorErrorOptions {
  cause?: unknown
  remedy?: string
  details?: Record<string, unknown>
}
