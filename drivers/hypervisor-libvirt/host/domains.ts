import type { DomainState, DomainStatus } from '@basalt/contracts'
import { type DomainRef, isLibvirtError, type LibvirtClient } from '@basalt/libvirt'
import { OWNER_NAMESPACE } from './domain-xml.ts'

/** A domain's state with the reason libvirt gives, in its own word. */
export interface KnownState {
  state: DomainState
  reason: string
}

/** The domain of this VM, whoever made it. */
export async function findDomain(client: LibvirtClient, vm: string): Promise<DomainRef | undefined> {
  return absentAsUndefined(client.domains.lookupByUuid(vm))
}

/** The domain of this VM if it is one of ours. */
export async function findOurs(client: LibvirtClient, vm: string): Promise<DomainRef | undefined> {
  const domain = await findDomain(client, vm)
  return domain !== undefined && (await isOurs(client, domain)) ? domain : undefined
}

/** Whether this driver made the domain. */
export async function isOurs(client: LibvirtClient, domain: DomainRef): Promise<boolean> {
  return (await absentAsUndefined(client.metadata.element(domain, OWNER_NAMESPACE))) !== undefined
}

/** The state of a domain; undefined when it is gone. */
export async function stateOf(client: LibvirtClient, domain: DomainRef): Promise<KnownState | undefined> {
  const found = await absentAsUndefined(client.domains.state(domain))
  return found && { state: contractState(found.state, found.reason), reason: found.reason }
}

/** Every domain of ours. */
export async function listOurs(client: LibvirtClient): Promise<DomainStatus[]> {
  const statuses = (await client.domains.list()).map(async (domain) => {
    const state = (await isOurs(client, domain)) ? await stateOf(client, domain) : undefined
    return state && { vm: domain.uuid, state: state.state }
  })
  return (await Promise.all(statuses)).filter((status) => status !== undefined)
}

/** Whether a QEMU process stands behind this state. */
export function isActive(state: DomainState): boolean {
  return state === 'running' || state === 'paused'
}

/** Pulls the plug; nothing happens to a domain that is off or gone. */
export async function ensureOff(client: LibvirtClient, domain: DomainRef): Promise<void> {
  try {
    await client.domains.destroy(domain, { timeoutMs: 60_000 })
  } catch (error) {
    if (!isLibvirtError(error, 'LIBVIRT_OPERATION_INVALID', 'LIBVIRT_NO_DOMAIN')) throw error
  }
}

/** Forgets a domain that is off, with all that libvirt keeps for it. */
export async function ensureUndefined(client: LibvirtClient, domain: DomainRef): Promise<void> {
  const everything = { managedSave: true, snapshotsMetadata: true, checkpointsMetadata: true, nvram: true }
  await absentAsUndefined(client.domains.undefine(domain, everything))
}

function contractState(state: string, reason: string): DomainState {
  switch (state) {
    case 'running':
    case 'blocked':
    case 'shuttingDown':
      return 'running'
    case 'paused':
    case 'pmSuspended':
      return 'paused'
    case 'crashed':
      return 'crashed'
    default:
      return reason === 'crashed' ? 'crashed' : 'stopped'
  }
}

/** A domain may go between two calls. */
async function absentAsUndefined<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call
  } catch (error) {
    if (isLibvirtError(error, 'LIBVIRT_NO_DOMAIN', 'LIBVIRT_NO_DOMAIN_METADATA')) return undefined
    throw error
  }
}
