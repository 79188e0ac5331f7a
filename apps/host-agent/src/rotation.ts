import { describeCertificate, type Identity, needsRenewal, saveIdentity } from '@basalt/pki'
import { rotateIdentity } from '@basalt/transport'
import { errorFields, type Log } from './log.ts'

/** What renewal needs. */
export interface RotationDeps {
  /** Base URLs of the control plane's nodes. */
  urls(): Promise<readonly string[]>
  stateDir: string
  identity(): Identity
  /** Called with the new identity once it is on disk. */
  onRenewed(identity: Identity): void
  log: Log
  /** Time between two looks at the certificate. Default an hour. */
  intervalMs?: number
}

const HOUR_MS = 3_600_000

/** Renews the host's certificate when less than a third of its life is left; returns the way to stop. */
export function keepCertificateFresh(deps: RotationDeps): () => void {
  const look = (): void => {
    renewIfDue(deps).catch((error: unknown) =>
      deps.log('error', 'the certificate could not be renewed', errorFields(error)),
    )
  }
  look()
  const timer = setInterval(look, deps.intervalMs ?? HOUR_MS)
  return () => clearInterval(timer)
}

async function renewIfDue({ urls, stateDir, identity, onRenewed, log }: RotationDeps): Promise<void> {
  if (!needsRenewal(describeCertificate(identity().certificatePem))) return
  const renewed = await firstThatAnswers(await urls(), (url) => rotateIdentity(url, identity()))
  await saveIdentity(stateDir, renewed)
  onRenewed(renewed)
  log('info', 'certificate renewed', { notAfter: describeCertificate(renewed.certificatePem).notAfter })
}

/** Asks the control plane's nodes in turn; rejects with the last one's error. */
export async function firstThatAnswers<T>(urls: readonly string[], ask: (url: string) => Promise<T>): Promise<T> {
  let failure: unknown = new Error('There is no control plane to ask.')
  for (const url of urls) {
    try {
      return await ask(url)
    } catch (error) {
      failure = error
    }
  }
  throw failure
}
