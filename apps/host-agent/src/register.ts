import { describeCertificate, type Identity, loadIdentity, saveIdentity } from '@basalt/pki'
import { registerHost } from '@basalt/transport'
import type { AgentConfig } from './config.ts'
import { firstThatAnswers } from './rotation.ts'

/** How a registration went. */
export interface Registration {
  hostId: string
  /** The host had a good certificate already, and the token was not used. */
  already: boolean
}

/**
 * Gets the host a certificate for a one-time token; the key is made here and never leaves. A host that has a good certificate keeps it
 * unless `replace` is set, so that a deployment may be repeated.
 */
export async function register(config: AgentConfig, token: string, replace: boolean): Promise<Registration> {
  const present = replace ? undefined : await usableIdentity(config.stateDir)
  if (present) return { hostId: describeCertificate(present.certificatePem).commonName, already: true }
  const { hostId, identity } = await firstThatAnswers(config.controlPlaneUrls, (url) =>
    registerHost({ url, token, hostname: config.name }),
  )
  await saveIdentity(config.stateDir, identity)
  return { hostId, already: false }
}

async function usableIdentity(stateDir: string): Promise<Identity | undefined> {
  const identity = await loadIdentity(stateDir)
  if (identity === undefined) return undefined
  return describeCertificate(identity.certificatePem).notAfter > new Date() ? identity : undefined
}
