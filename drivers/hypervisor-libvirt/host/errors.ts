import type { HypervisorErrorCode } from '@basalt/contracts'
import { isLibvirtError } from '@basalt/libvirt'

/** The one error class of this driver: what happened, and what to do about it. */
export class HypervisorError extends Error {
  readonly code: HypervisorErrorCode
  readonly remedy: string

  constructor(code: HypervisorErrorCode, message: string, remedy: string, options?: { cause?: unknown }) {
    super(message, options)
    this.name = 'HypervisorError'
    this.code = code
    this.remedy = remedy
  }
}

/** The words of an error, for messages that quote it. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** Whether nobody knows if the call happened, because libvirt is away or did not answer in time. */
export function isUnavailable(error: unknown): boolean {
  if (error instanceof HypervisorError) return error.code === 'HYPERVISOR_UNAVAILABLE'
  return isLibvirtError(
    error,
    'LIBVIRT_CONNECT_FAILED',
    'LIBVIRT_DISCONNECTED',
    'LIBVIRT_CALL_TIMEOUT',
    'LIBVIRT_CLOSED',
    'LIBVIRT_PROTOCOL',
  )
}

/** Says in this driver's terms what libvirt said; errors that are not libvirt's pass unchanged. */
export function translated(error: unknown): unknown {
  if (error instanceof HypervisorError || !isLibvirtError(error)) return error
  if (isUnavailable(error)) return unavailable(error)
  const message = `libvirt refused: ${error.message}`
  return new HypervisorError('HYPERVISOR_REFUSED', message, "See libvirtd's log on the host.", { cause: error })
}

/** The error while libvirt is away. */
export function unavailable(cause: unknown): HypervisorError {
  const message = `libvirt does not answer: ${messageOf(cause)}`
  const remedy = 'Check that libvirtd runs on the host; running guests are not affected.'
  return new HypervisorError('HYPERVISOR_UNAVAILABLE', message, remedy, { cause })
}

/** The error for a VM this host does not have. */
export function notFound(vm: string): HypervisorError {
  const remedy = 'Start the VM: its domain is defined anew.'
  return new HypervisorError('DOMAIN_NOT_FOUND', `This host has no domain of VM ${vm}.`, remedy)
}

/** The error for an action that needs a running guest. */
export function notRunning(vm: string): HypervisorError {
  return new HypervisorError('DOMAIN_NOT_RUNNING', `The domain of VM ${vm} does not run.`, 'Start the VM first.')
}
