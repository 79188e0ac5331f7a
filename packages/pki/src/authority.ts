import { hkdfSync, type webcrypto } from 'node:crypto'
import { mkdir } from 'node:fs/promises'
import { isIP } from 'node:net'
import { join } from 'node:path'
import { type CertificateFacts, factsOf } from './certificate.ts'
import { PkiError } from './errors.ts'
import { createPrivateFile, readPrivateFile } from './private-file.ts'
import { publicKeyOfRequest } from './request.ts'
import {
  certificatePem,
  exportPrivateKey,
  fingerprintOf,
  generateKeyPair,
  importPrivateKey,
  randomSerial,
  readCertificate,
  SIGNING_ALGORITHM,
  x509,
} from './x509.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const AUTHORITY_LIFE_MS = 3650 * DAY_MS
const SERVER_LIFE_MS = 365 * DAY_MS
const HOST_LIFE_MS = 30 * DAY_MS
const FILE = 'authority.pem'
/** Organizational unit that tells a control-plane node from a host. */
const NODES = 'control-plane'
/** Certificates begin this much in the past, since the other side's clock may be behind. */
const CLOCK_SKEW_MS = HOUR_MS

/** A certificate together with its private key. */
export interface IssuedIdentity extends CertificateFacts {
  /** Unencrypted PKCS#8 PEM. */
  readonly keyPem: string
  /** The certificate and the root after it. A TLS server has to send both: a host that registers looks for the root. */
  readonly chainPem: string
}

export interface ServerCertificateOptions {
  readonly dnsNames: readonly string[]
  readonly ipAddresses: readonly string[]
  /** Default 365 days. */
  readonly validForMs?: number
}

export interface NodeCertificateOptions extends ServerCertificateOptions {
  /** Name of the control-plane node: lower-case letters, digits and hyphens, at most 63. */
  readonly node: string
}

export interface HostCertificateOptions {
  readonly csrPem: string
  /** Becomes the common name: letters, digits and hyphens, at most 64. */
  readonly hostId: string
  /** Default 30 days. */
  readonly validForMs?: number
}

/** What a certificate is for: `server` of the control plane, or `client` of a host agent. */
export type CertificateUse = 'server' | 'client'

/** The control plane's own certificate authority. */
export interface Authority {
  /** The root certificate that both sides trust. */
  readonly certificatePem: string
  /** SHA-256 of the root certificate's DER form, 64 lower-case hexadecimal digits; registration tokens carry it. */
  readonly fingerprint: string
  /** Makes a key and a certificate for TLS servers of these names and addresses (at least one). */
  issueServerCertificate(options: ServerCertificateOptions): Promise<IssuedIdentity>
  /** The same for a control-plane node, which also shows it to the other nodes as a client. */
  issueNodeCertificate(options: NodeCertificateOptions): Promise<IssuedIdentity>
  /** Certifies the key of an agent's request, under the host's id and for TLS clients only. */
  issueHostCertificate(options: HostCertificateOptions): Promise<CertificateFacts>
  /** A secret of so many bytes that everybody who has this authority can derive; another one for each purpose. */
  deriveSecret(purpose: string, bytes: number): Buffer
  /**
   * Checks signature, validity and purpose. Revocation is the caller's: look the serial up.
   * @throws PkiError CERTIFICATE_FOREIGN, CERTIFICATE_EXPIRED, CERTIFICATE_WRONG_USE, CERTIFICATE_UNREADABLE
   */
  verify(certificatePem: string, use: CertificateUse): Promise<CertificateFacts>
}

export interface OpenAuthorityOptions {
  /** Holds `authority.pem` (key and certificate, mode 0600); made when it does not exist. */
  readonly directory: string
  /** Common name of a new root certificate. Default `Basalt`. */
  readonly name?: string
  /** The time now; for tests of expiry. */
  readonly now?: () => Date
}

/** Opens the authority of a directory, or founds one there. Processes that do so at once get the same. */
export async function openAuthority(options: OpenAuthorityOptions): Promise<Authority> {
  const now = options.now ?? (() => new Date())
  const path = join(options.directory, FILE)
  await mkdir(options.directory, { recursive: true, mode: 0o700 })
  let pem = await readPrivateFile(path)
  if (pem === undefined) {
    await createPrivateFile(path, await foundAuthority(options.name ?? 'Basalt', now()))
    pem = await readPrivateFile(path)
  }
  return createAuthority(await parseAuthority(pem ?? '', path), now)
}

/** Key and certificate of a directory's authority as one PEM, for another node of the same control plane. */
export async function exportAuthority(directory: string): Promise<string> {
  const path = join(directory, FILE)
  const pem = await readPrivateFile(path)
  if (pem === undefined) throw new PkiError('AUTHORITY_DAMAGED', `There is no ${path}.`)
  return pem
}

/**
 * Puts an authority into a directory that has none, or the same.
 * @throws PkiError AUTHORITY_DAMAGED when it has another one, or the PEM is none
 */
export async function importAuthority(directory: string, pem: string): Promise<void> {
  const path = join(directory, FILE)
  await parseAuthority(pem, 'the authority that was handed over')
  await mkdir(directory, { recursive: true, mode: 0o700 })
  if (await createPrivateFile(path, pem)) return
  if ((await readPrivateFile(path)) !== pem)
    throw new PkiError(
      'AUTHORITY_DAMAGED',
      `${path} belongs to another control plane. Move its directory away to join this one.`,
    )
}

interface Root {
  readonly certificate: x509.X509Certificate
  readonly key: webcrypto.CryptoKey
  /** PKCS#8 of the same. */
  readonly keyPem: string
}

async function foundAuthority(name: string, now: Date): Promise<string> {
  const keys = await generateKeyPair()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: randomSerial(),
    name: [{ CN: [name] }],
    notBefore: new Date(now.getTime() - CLOCK_SKEW_MS),
    notAfter: new Date(now.getTime() + AUTHORITY_LIFE_MS),
    keys,
    signingAlgorithm: SIGNING_ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return (await exportPrivateKey(keys.privateKey)) + certificatePem(certificate)
}

async function parseAuthority(pem: string, path: string): Promise<Root> {
  const blocks = pem.match(/-----BEGIN [A-Z ]+-----[^-]+-----END [A-Z ]+-----/g) ?? []
  const [keyPem, rootPem] = blocks
  if (keyPem === undefined || rootPem === undefined) {
    throw new PkiError('AUTHORITY_DAMAGED', `${path} does not hold a key and a certificate. Restore it from a backup.`)
  }
  try {
    return { key: await importPrivateKey(keyPem), keyPem, certificate: readCertificate(rootPem) }
  } catch (cause) {
    throw new PkiError('AUTHORITY_DAMAGED', `${path} cannot be read. Restore it from a backup.`, { cause })
  }
}

function createAuthority(root: Root, now: () => Date): Authority {
  return {
    certificatePem: certificatePem(root.certificate),
    fingerprint: fingerprintOf(root.certificate),
    issueServerCertificate: async (options) => {
      const names = alternativeNames(options.dnsNames, options.ipAddresses)
      return issueIdentity(root, now(), names, {
        ...options,
        subject: { CN: [names[0]?.value ?? ''] },
        uses: ['server'],
      })
    },
    issueNodeCertificate: async (options) => {
      if (!/^[a-z0-9-]{1,63}$/.test(options.node)) throw new PkiError('NAME_INVALID', 'This is not the name of a node.')
      const names = alternativeNames(options.dnsNames, options.ipAddresses)
      const subject = { CN: [options.node], OU: [NODES] }
      return issueIdentity(root, now(), names, { ...options, subject, uses: ['server', 'client'] })
    },
    issueHostCertificate: async ({ csrPem, hostId, validForMs = HOST_LIFE_MS }) => {
      if (!/^[A-Za-z0-9-]{1,64}$/.test(hostId)) throw new PkiError('NAME_INVALID', 'This is not a host id.')
      const publicKey = await publicKeyOfRequest(csrPem)
      const wanted: Wanted = { subject: { CN: [hostId] }, publicKey, validForMs, uses: ['client'], extensions: [] }
      return factsOf(await issue(root, now(), wanted))
    },
    deriveSecret: (purpose, bytes) => Buffer.from(hkdfSync('sha256', root.keyPem, '', purpose, bytes)),
    verify: async (pem, use) => verify(root, readCertificate(pem), use, now()),
  }
}

interface Wanted {
  readonly subject: Readonly<Record<string, string[]>>
  readonly publicKey: webcrypto.CryptoKey
  readonly validForMs: number
  readonly uses: readonly CertificateUse[]
  readonly extensions: readonly x509.Extension[]
}

const PURPOSE = { server: x509.ExtendedKeyUsage.serverAuth, client: x509.ExtendedKeyUsage.clientAuth } as const

async function issueIdentity(
  root: Root,
  now: Date,
  names: ReturnType<typeof alternativeNames>,
  options: Pick<Wanted, 'subject' | 'uses'> & { validForMs?: number },
): Promise<IssuedIdentity> {
  const { subject, uses, validForMs = SERVER_LIFE_MS } = options
  const keys = await generateKeyPair()
  const extensions = [new x509.SubjectAlternativeNameExtension(names)]
  const certificate = await issue(root, now, { subject, publicKey: keys.publicKey, validForMs, uses, extensions })
  return {
    ...factsOf(certificate),
    keyPem: await exportPrivateKey(keys.privateKey),
    chainPem: certificatePem(certificate) + certificatePem(root.certificate),
  }
}

async function issue(root: Root, now: Date, wanted: Wanted): Promise<x509.X509Certificate> {
  return x509.X509CertificateGenerator.create({
    serialNumber: randomSerial(),
    subject: [wanted.subject],
    issuer: root.certificate.subjectName,
    notBefore: new Date(now.getTime() - CLOCK_SKEW_MS),
    notAfter: new Date(now.getTime() + wanted.validForMs),
    publicKey: wanted.publicKey,
    signingKey: root.key,
    signingAlgorithm: SIGNING_ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension(
        wanted.uses.map((use) => PURPOSE[use]),
        true,
      ),
      await x509.AuthorityKeyIdentifierExtension.create(root.certificate.publicKey),
      await x509.SubjectKeyIdentifierExtension.create(wanted.publicKey),
      ...wanted.extensions,
    ],
  })
}

const DNS_NAME = /^(\*\.)?([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i

function alternativeNames(dnsNames: readonly string[], ipAddresses: readonly string[]) {
  const wrong = [
    ...dnsNames.filter((name) => name.length > 253 || !DNS_NAME.test(name)),
    ...ipAddresses.filter((address) => isIP(address) === 0),
  ]
  if (wrong.length > 0 || dnsNames.length + ipAddresses.length === 0) {
    const message = `A server certificate needs DNS names or IP addresses; these are none: ${JSON.stringify(wrong)}.`
    throw new PkiError('NAME_INVALID', message)
  }
  return [
    ...dnsNames.map((value) => ({ type: 'dns' as const, value })),
    ...ipAddresses.map((value) => ({ type: 'ip' as const, value })),
  ]
}

async function verify(
  root: Root,
  certificate: x509.X509Certificate,
  use: CertificateUse,
  now: Date,
): Promise<CertificateFacts> {
  const facts = factsOf(certificate)
  const ours = certificate.issuer === root.certificate.subject
  if (!ours || !(await certificate.verify({ publicKey: root.certificate.publicKey, signatureOnly: true }))) {
    throw new PkiError('CERTIFICATE_FOREIGN', 'The certificate was not issued by this control plane. Register again.')
  }
  if (now < facts.notBefore || now >= facts.notAfter) {
    const period = `${facts.notBefore.toISOString()} to ${facts.notAfter.toISOString()}`
    const message = `The certificate is valid from ${period}, not at ${now.toISOString()}. Check the clock or register again.`
    throw new PkiError('CERTIFICATE_EXPIRED', message)
  }
  const usages = certificate.getExtension(x509.ExtendedKeyUsageExtension)?.usages ?? []
  if (!usages.includes(PURPOSE[use])) {
    throw new PkiError('CERTIFICATE_WRONG_USE', `The certificate is not one for a TLS ${use}.`)
  }
  return facts
}
