import type { HypervisorErrorCode, NetworkErrorCode, PrimaryStorageErrorCode } from '@basalt/contracts'

/**
 * What the real drivers may say, and of the simulators' own:
 * - `REPLY_LOST`: the call had its effect, but its caller does not hear of it (with real drivers: the backend became unavailable meanwhile)
 * - `CONFIG_INVALID`, `TOKEN_MISSING`: the simulation cannot begin
 */
export type SimulatorErrorCode =
  | HypervisorErrorCode
  | PrimaryStorageErrorCode
  | NetworkErrorCode
  | 'REPLY_LOST'
  | 'CONFIG_INVALID'
  | 'TOKEN_MISSING'

/** What went wrong in a simulated component, with the code that a real driver would give. */
export class SimulatorError extends Error {
  override readonly name = 'SimulatorError'
  readonly code: SimulatorErrorCode
  readonly remedy: string | undefined
  readonly details: Record<string, unknown> | undefined

  constructor(code: SimulatorErrorCode, message: string, options: SimulatorErrorOptions = {}) {
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
