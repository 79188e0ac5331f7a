import { once } from 'node:events'
import { connect } from 'node:net'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import type { ConsoleKind } from '@basalt/contracts'
import { type DomainRef, isLibvirtError, type LibvirtClient, parseDomainDevices } from '@basalt/libvirt'
import { HypervisorError, notRunning } from './errors.ts'

/**
 * Opens a running guest's console. The serial one has one reader at a time: the newest gets it.
 * @param daemonRoot where libvirtd's root directory is found from here
 * @throws HypervisorError DOMAIN_NOT_RUNNING
 */
export async function openGuestConsole(
  client: LibvirtClient,
  domain: DomainRef,
  kind: ConsoleKind,
  daemonRoot: string,
): Promise<Duplex> {
  if (kind === 'vnc') return openVnc(client, domain, daemonRoot)
  try {
    return await client.openConsole(domain, { force: true })
  } catch (error) {
    if (isLibvirtError(error, 'LIBVIRT_OPERATION_INVALID')) throw notRunning(domain.uuid)
    throw error
  }
}

async function openVnc(client: LibvirtClient, domain: DomainRef, daemonRoot: string): Promise<Duplex> {
  const { graphics } = parseDomainDevices(await client.domains.xml(domain))
  const path = graphics.find(({ type }) => type === 'vnc')?.socketPath
  if (path === undefined) throw notRunning(domain.uuid)
  const socket = connect(join(daemonRoot, path))
  try {
    await once(socket, 'connect')
    return socket
  } catch (cause) {
    const message = `The screen of VM ${domain.uuid} cannot be reached.`
    throw new HypervisorError('DOMAIN_NOT_RUNNING', message, 'Check that the VM still runs.', { cause })
  }
}
