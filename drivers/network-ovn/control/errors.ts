import type { NetworkErrorCode } from '@basalt/contracts'
import { isOvsdbError } from '@basalt/ovsdb'

const REMEDY: Readonly<Record<NetworkErrorCode, string>> = {
  STALE_EPOCH: 'Nothing was changed. Another control-plane node, or a later run of this one, has taken over.',
  NETWORK_NOT_FOUND: 'Make the network first.',
  NETWORK_IN_USE: 'Remove the ports of the network first.',
  NETWORK_BACKEND_UNAVAILABLE: 'Check that the OVN northbound database runs and can be reached.',
  PORT_NOT_UP: 'Check that ovn-controller runs on the host and that the interface is plugged with the id of the port.',
  NETWORK_CONFLICT: 'Remove or rename the foreign logical port with this name.',
  NETWORK_SPEC_INVALID: 'Correct the value.',
}

/** What went wrong in the OVN network driver. */
export class OvnNetworkError extends Error {
  override readonly name = 'OvnNetworkError'
  readonly code: NetworkErrorCode
  /** What to do about it. */
  readonly remedy: string

  constructor(code: NetworkErrorCode, message: string, cause?: unknown) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.remedy = REMEDY[code]
  }
}

const UNREACHABLE = ['disconnected', 'deadline exceeded', 'outcome unknown', 'not leader', 'closed'] as const

/** Runs a piece of work and gives errors of the database the driver's codes; unexpected ones pass unchanged. */
export async function withDriverErrors<Result>(work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    if (isOvsdbError(error, ...UNREACHABLE)) {
      throw new OvnNetworkError('NETWORK_BACKEND_UNAVAILABLE', `OVN does not answer: ${error.message}`, error)
    }
    if (isOvsdbError(error, 'constraint violation')) throw new OvnNetworkError('NETWORK_CONFLICT', error.message, error)
    throw error
  }
}
