import type { HypervisorHost } from '@basalt/contracts'
import { type DomainRef, isLibvirtError, type LibvirtClient } from '@basalt/libvirt'
import { notRunning } from './errors.ts'
import { agentUnavailable, isAgentError } from './shutdown.ts'

const LOOPBACK_MAC = '00:00:00:00:00:00'

/** What the guest's agent says of its network cards. @throws HypervisorError GUEST_AGENT_UNAVAILABLE, DOMAIN_NOT_RUNNING */
export async function guestAddresses(
  client: LibvirtClient,
  domain: DomainRef,
): ReturnType<HypervisorHost['guestAddresses']> {
  try {
    const found = await client.guest.addresses(domain, 'agent')
    const interfaces = found.flatMap(({ mac, addresses }) =>
      mac === undefined || mac === LOOPBACK_MAC
        ? []
        : [{ mac: mac.toLowerCase(), addresses: addresses.map(({ address }) => address) }],
    )
    return { interfaces }
  } catch (error) {
    if (isAgentError(error)) throw agentUnavailable(domain.uuid, error)
    throw ifNotRunning(domain, error)
  }
}

/** Asks the guest to restart (through its agent where it has one), or presses the reset button. */
export async function restartGuest(client: LibvirtClient, domain: DomainRef, mode: 'guest' | 'reset'): Promise<void> {
  try {
    if (mode === 'reset') await client.domains.reset(domain)
    else await client.domains.reboot(domain)
  } catch (error) {
    throw ifNotRunning(domain, error)
  }
}

function ifNotRunning(domain: DomainRef, error: unknown): unknown {
  return isLibvirtError(error, 'LIBVIRT_OPERATION_INVALID') ? notRunning(domain.uuid) : error
}
