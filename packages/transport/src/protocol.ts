import type { WireError } from '@basalt/contracts'

/** The protocol revisions one side speaks, lowest and highest. */
export interface ProtocolRange {
  readonly current: number
  readonly oldest: number
}

/** The highest revision both sides speak, or undefined when their ranges do not meet. */
export function agreeOnProtocol(ours: ProtocolRange, theirs: ProtocolRange): number | undefined {
  const agreed = Math.min(ours.current, theirs.current)
  return agreed >= Math.max(ours.oldest, theirs.oldest) ? agreed : undefined
}

/** Why a connection is turned away when there is no common revision. */
export function protocolUnsupported(ours: ProtocolRange, theirs: ProtocolRange): WireError {
  const older = theirs.current < ours.oldest ? 'agent' : 'control plane'
  return {
    code: 'PROTOCOL_UNSUPPORTED',
    message: `The agent speaks protocol ${theirs.oldest} to ${theirs.current}, the control plane ${ours.oldest} to ${ours.current}.`,
    remedy: `Upgrade the ${older}.`,
  }
}
