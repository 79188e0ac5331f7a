import { join } from 'node:path'
import { describeCertificate, type Identity, loadIdentity, needsRenewal, saveIdentity } from '@basalt/pki'
import { registerHost, rotateIdentity } from '@basalt/transport'
import type { SimulatedHostConfig, SimulationConfig } from './config.ts'
import { SimulatorError } from './errors.ts'

/** Where a host keeps what outlives the process. */
export function directoryOf({ stateDir }: SimulationConfig, { name }: SimulatedHostConfig): string {
  return join(stateDir, name)
}

/**
 * The identity a host has, or the one it gets for its token. Errors: `TOKEN_MISSING` for a host that has neither, and those of
 * registration.
 */
export async function identityOf(config: SimulationConfig, host: SimulatedHostConfig): Promise<Identity> {
  const directory = directoryOf(config, host)
  const known = await loadIdentity(directory)
  if (known) return known
  if (host.token === undefined) {
    throw new SimulatorError('TOKEN_MISSING', `Host ${host.name} has never registered and has no token.`, {
      remedy: 'Ask the control plane for a registration token and add it to the configuration.',
    })
  }
  const { identity } = await registerHost({ url: firstUrl(config), token: host.token, hostname: host.name })
  await saveIdentity(directory, identity)
  return identity
}

/** A new identity if the host's certificate nears its end, kept on disk; else undefined. */
export async function renewIfDue(
  config: SimulationConfig,
  host: SimulatedHostConfig,
  identity: Identity,
): Promise<Identity | undefined> {
  if (!needsRenewal(describeCertificate(identity.certificatePem))) return undefined
  const renewed = await rotateIdentity(firstUrl(config), identity)
  await saveIdentity(directoryOf(config, host), renewed)
  return renewed
}

function firstUrl({ urls }: SimulationConfig): string {
  const [url] = urls
  if (url === undefined) throw new SimulatorError('CONFIG_INVALID', 'The simulation has no control plane.')
  return url
}
