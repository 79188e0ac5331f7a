import type { PrimaryStorageErrorCode } from '@basalt/contracts'

/** Stable codes of what the agent itself can fail at. */
export type AgentErrorCode =
  | 'AGENT_RUNNING'
  | 'CONFIG_INVALID'
  | 'HOST_NOT_REGISTERED'
  | Extract<PrimaryStorageErrorCode, 'IMAGE_UNREACHABLE'>
  | 'OPEN_VSWITCH_UNAVAILABLE'
  | 'USAGE'

/** A failure of the agent, with what to do about it. */
export class AgentError extends Error {
  readonly code: AgentErrorCode
  readonly remedy: string

  constructor(code: AgentErrorCode, message: string, remedy: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'AgentError'
    this.code = code
    this.remedy = remedy
  }
}
