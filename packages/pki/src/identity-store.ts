import { mkdir, rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { PkiError } from './errors.ts'
import { readPrivateFile, syncDirectory, writeAndSync } from './private-file.ts'

/** What a host agent needs for mutual TLS; all three are PEM. */
export interface Identity {
  readonly keyPem: string
  readonly certificatePem: string
  /** The control plane's root certificate. */
  readonly caPem: string
}

const BLOCK = /-----BEGIN [A-Z ]+-----[^-]+-----END [A-Z ]+-----/g

/** Reads `identity.pem` of a directory; undefined before the first registration. */
export async function loadIdentity(directory: string): Promise<Identity | undefined> {
  const path = join(directory, 'identity.pem')
  const pem = await readPrivateFile(path)
  if (pem === undefined) return undefined
  const [keyPem, certificatePem, caPem] = pem.match(BLOCK) ?? []
  if (keyPem === undefined || certificatePem === undefined || caPem === undefined) {
    throw new PkiError('IDENTITY_DAMAGED', `${path} is damaged. Remove it and register the host again.`)
  }
  return { keyPem: `${keyPem}\n`, certificatePem: `${certificatePem}\n`, caPem: `${caPem}\n` }
}

/** Replaces `identity.pem` (mode 0600) in one step: after a crash it holds the old identity or the new one, never a mixture. */
export async function saveIdentity(directory: string, identity: Identity): Promise<void> {
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const path = join(directory, 'identity.pem')
  const unfinished = `${path}.${crypto.randomUUID()}`
  await writeAndSync(unfinished, [identity.keyPem, identity.certificatePem, identity.caPem].map(withLineFeed).join(''))
  await rename(unfinished, path)
  await syncDirectory(dirname(path))
}

function withLineFeed(pem: string): string {
  return pem.endsWith('\n') ? pem : `${pem}\n`
}
