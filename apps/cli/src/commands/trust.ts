/** Which authority a cloud's certificate is to be signed by: from a file, a fingerprint, the profile, or by asking. */
import { readFile } from 'node:fs/promises'
import { connect, normalizeFingerprint, SdkError, type ShownCertificate, shownCertificates } from '@basalt/sdk'
import type { Command } from 'commander'
import type { Context } from '../context.ts'
import { CliError, usageError } from '../errors.ts'
import { colons } from '../output/untrusted.ts'
import type { Terminal } from '../terminal.ts'

export interface TrustOptions {
  caFile?: string
  fingerprint?: string
}

export const addTrustOptions = (command: Command): Command =>
  command
    .option('--ca-file <file>', 'PEM certificate of the authority to trust.')
    .option('--fingerprint <sha256>', 'Or the SHA-256 fingerprint of that certificate.')

export async function readText(path: string, option: string): Promise<string> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    throw usageError(`${option}: ${path} cannot be read (${(error as NodeJS.ErrnoException).code}).`, 'Check the path.')
  }
}

export function urlOf(text: string): URL {
  const full = text.includes('://') ? text : `https://${text}`
  const url = URL.canParse(full) ? new URL(full) : undefined
  if (!url || !['http:', 'https:'].includes(url.protocol))
    throw usageError(`--url: "${text}" is no URL.`, 'Give one such as https://cloud.example:7443.')
  return url
}

const isTrusted = async (url: URL, ca: string | undefined): Promise<boolean> => {
  try {
    const cloud = await connect({ url, ca })
    await cloud.http.call('GET', '/v1/health')
    cloud.close()
    return true
  } catch (error) {
    if (error instanceof SdkError && error.code === 'CERTIFICATE_UNTRUSTED') return false
    throw error
  }
}

/** The authority at the end of the chain; the certificate itself when it is all there is. */
const rootOf = (shown: readonly ShownCertificate[]): ShownCertificate => shown.at(-1) as ShownCertificate

/** Show the authority and let the user decide. @returns its PEM */
async function trustByHand({ interactive, note, ask }: Terminal, url: URL): Promise<string> {
  const root = rootOf(await shownCertificates(url))
  if (!interactive)
    throw new SdkError('CERTIFICATE_UNTRUSTED', `The certificate of ${url.host} is not trusted.`, {
      remedy: `Its authority "${root.subject}" has the SHA-256 fingerprint ${root.fingerprint}. If that is what the operator of the cloud tells you, add: --fingerprint ${root.fingerprint}`,
    })
  note(`The certificate of ${url.host} is signed by "${root.subject}", which this machine does not know.`)
  note(`SHA-256 fingerprint: ${colons(root.fingerprint)}`)
  const answer = await ask('Is this the fingerprint that the operator of the cloud gave you? [y/N] ')
  if (!/^y(es)?$/i.test(answer.trim())) throw new CliError('CONFIRMATION_NEEDED', 'Not logged in.')
  return root.pem
}

/** PEM of the authority to trust, asking when nobody knows it; undefined when the system's own will do. */
export async function authorityOf(context: Context, url: URL, options: TrustOptions): Promise<string | undefined> {
  if (options.caFile) return readText(options.caFile, '--ca-file')
  if (options.fingerprint) {
    const wanted = normalizeFingerprint(options.fingerprint)
    const found = (await shownCertificates(url)).find((each) => each.fingerprint === wanted)
    if (found) return found.pem
    throw new SdkError('CERTIFICATE_UNTRUSTED', `${url.host} shows no certificate with that fingerprint.`)
  }
  const saved = context.profiles.get()
  const ca = saved && new URL(saved.url).origin === url.origin ? saved.ca : undefined
  return url.protocol === 'http:' || (await isTrusted(url, ca)) ? ca : trustByHand(context.terminal, url)
}
