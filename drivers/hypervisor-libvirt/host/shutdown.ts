import type { DomainStatus } from '@basalt/contracts'
import { type DomainRef, isLibvirtError, type LibvirtClient, type LibvirtError } from '@basalt/libvirt'
import { findOurs, isActive, stateOf } from './domains.ts'
import { HypervisorError, isUnavailable, notFound } from './errors.ts'
import type { GuestEvents } from './guest-events.ts'

/** How to ask a guest to stop. */
export interface ShutdownRequest {
  vm: string
  mode: 'auto' | 'acpi' | 'agent'
  timeoutMs: number
}

/** A guest that still boots misses the button: it is pressed again and again. */
const PRESS_INTERVAL_MS = 3_000
const AGENT_TIMEOUT_SECONDS = 2

/**
 * Asks the guest to stop and waits until it did. libvirtd may restart meanwhile.
 * @throws HypervisorError GUEST_DID_NOT_STOP, GUEST_AGENT_UNAVAILABLE (mode `agent`), DOMAIN_NOT_FOUND, HYPERVISOR_UNAVAILABLE
 */
export async function shutDownGuest(
  events: GuestEvents,
  client: LibvirtClient,
  request: ShutdownRequest,
  signal: AbortSignal,
): Promise<DomainStatus> {
  const deadline = performance.now() + request.timeoutMs
  for (let attempt = 0, nextAttemptAt = 0, away: unknown, refused: unknown; ; ) {
    const now = performance.now()
    const due = now >= nextAttemptAt
    if (due) nextAttemptAt = now + PRESS_INTERVAL_MS
    // Listening begins before looking, so that a stop in between is not missed.
    const change = events.next(request.vm, Math.max(0, Math.min(nextAttemptAt, deadline) - now), signal)
    change.catch(() => undefined)
    try {
      const domain = await runningDomain(client, request.vm)
      if (domain === undefined) return { vm: request.vm, state: 'stopped' }
      if (refused) throw refused
      if (due) refused = await ask(client, domain, { ...request, attempt: attempt++ })
      away = undefined
    } catch (error) {
      if (!isUnavailable(error)) throw error
      away = error
    }
    if (performance.now() >= deadline) throw away ?? refused ?? didNotStop(request)
    await change
  }
}

async function runningDomain(client: LibvirtClient, vm: string): Promise<DomainRef | undefined> {
  const domain = await findOurs(client, vm)
  const found = domain && (await stateOf(client, domain))
  if (domain === undefined || found === undefined) throw notFound(vm)
  return isActive(found.state) ? domain : undefined
}

/** Asks once. Returns libvirt's refusal: it counts only if the guest still runs at the next look, since QEMU may be ending under the request. */
async function ask(
  client: LibvirtClient,
  domain: DomainRef,
  { mode, attempt }: ShutdownRequest & { attempt: number },
): Promise<LibvirtError | undefined> {
  try {
    // The agent is asked once: it goes down with the guest, and the button stays.
    if (mode !== 'acpi' && attempt === 0 && (await askAgent(client, domain, mode))) return undefined
    if (mode !== 'agent') await client.domains.shutdown(domain, { via: 'acpi' })
    return undefined
  } catch (error) {
    if (!isLibvirtError(error) || isUnavailable(error)) throw error
    return error
  }
}

async function askAgent(client: LibvirtClient, domain: DomainRef, mode: 'auto' | 'agent'): Promise<boolean> {
  try {
    await client.guest.agentCommand(domain, { execute: 'guest-ping' }, { agentTimeoutSeconds: AGENT_TIMEOUT_SECONDS })
    await client.domains.shutdown(domain, { via: 'guestAgent' })
    return true
  } catch (error) {
    if (!isAgentError(error)) throw error
    if (mode === 'agent') throw agentUnavailable(domain.uuid, error)
    return false
  }
}

/** Whether libvirt says that the agent is absent, busy, or does not answer. */
export function isAgentError(error: unknown): boolean {
  const codes = ['LIBVIRT_AGENT_UNRESPONSIVE', 'LIBVIRT_AGENT_UNSYNCED', 'LIBVIRT_ARGUMENT_UNSUPPORTED'] as const
  return isLibvirtError(error, ...codes)
}

/** The error when the guest's agent does not answer. */
export function agentUnavailable(vm: string, cause: unknown): HypervisorError {
  const remedy = 'Install qemu-guest-agent in the guest, or wait until the guest has booted.'
  const message = `The guest agent of VM ${vm} does not answer.`
  return new HypervisorError('GUEST_AGENT_UNAVAILABLE', message, remedy, { cause })
}

function didNotStop({ vm, timeoutMs }: ShutdownRequest): HypervisorError {
  const message = `The guest of VM ${vm} was asked to shut down and still runs after ${Math.round(timeoutMs / 1000)} s.`
  return new HypervisorError('GUEST_DID_NOT_STOP', message, 'Wait longer, or power the VM off.')
}
