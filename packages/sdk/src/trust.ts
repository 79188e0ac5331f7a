/** Whom to trust: the certificate authority of a cloud that made its own. */
import { createHash } from 'node:crypto'
import { connect, type DetailedPeerCertificate } from 'node:tls'
import { connectionError } from './connection-error.ts'
import { SdkError } from './errors.ts'

const DEADLINE_MS = 10_000

/** A certificate that a server showed. */
export interface ShownCertificate {
  /** PEM. */
  pem: string
  /** SHA-256 of its DER form, 64 lower-case hexadecimal digits. */
  fingerprint: string
  subject: string
}

/** `AA:BB…` or `sha256:aabb…` → 64 lower-case hexadecimal digits. */
export function normalizeFingerprint(text: string): string {
  const digits = text
    .replace(/^sha-?256[:=]/i, '')
    .replaceAll(':', '')
    .toLowerCase()
  if (!/^[0-9a-f]{64}$/.test(digits))
    throw new SdkError('BAD_OPTIONS', `"${text}" is not a SHA-256 fingerprint.`, {
      remedy: 'Give 64 hexadecimal digits, with or without colons.',
    })
  return digits
}

function pemOf(der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? []
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`
}

function chainOf(leaf: DetailedPeerCertificate): ShownCertificate[] {
  const chain: ShownCertificate[] = []
  const seen = new Set<string>()
  for (let each: DetailedPeerCertificate | undefined = leaf; each?.raw; each = each.issuerCertificate) {
    const fingerprint = createHash('sha256').update(each.raw).digest('hex')
    if (seen.has(fingerprint)) break
    seen.add(fingerprint)
    const { CN } = each.subject
    chain.push({ pem: pemOf(each.raw), fingerprint, subject: [CN ?? ''].flat().join(', ') })
  }
  return chain
}

/** The certificates that a server shows, its own first. Nothing is sent to it, and nothing of it is trusted. */
export function shownCertificates(url: URL): Promise<ShownCertificate[]> {
  return new Promise((resolve, reject) => {
    const host = url.hostname.replace(/^\[|\]$/g, '')
    const socket = connect({
      host,
      port: Number(url.port || 443),
      servername: /^[\d.:]+$/.test(host) ? '' : host,
      // Only to look at the certificates; the caller compares a fingerprint before anything is sent.
      rejectUnauthorized: false,
      timeout: DEADLINE_MS,
    })
    const fail = (cause: unknown): void => {
      socket.destroy()
      reject(connectionError(cause, url))
    }
    socket.once('error', fail)
    socket.once('timeout', () => fail(Object.assign(new Error('no answer'), { code: 'ETIMEDOUT' })))
    socket.once('secureConnect', () => {
      const chain = chainOf(socket.getPeerCertificate(true))
      socket.destroy()
      resolve(chain)
    })
  })
}

/** The certificate with this fingerprint among those that the server shows, as PEM: to be trusted from then on. */
export async function fetchTrusted(url: URL, fingerprint: string): Promise<string> {
  const wanted = normalizeFingerprint(fingerprint)
  const shown = await shownCertificates(url)
  const found = shown.find((certificate) => certificate.fingerprint === wanted)
  if (found) return found.pem
  throw new SdkError('CERTIFICATE_UNTRUSTED', `${url.host} does not show a certificate with that fingerprint.`, {
    remedy: `It shows ${shown.map((each) => each.fingerprint).join(', ')}. Compare with what its operator says.`,
  })
}
