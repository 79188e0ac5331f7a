// The certificate library looks its algorithms up by a container that needs this polyfill to be loaded first.
import 'reflect-metadata'
import { createHash, randomBytes, webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import { PkiError } from './errors.ts'

export { x509 }

/** The one kind of key and signature in use: ECDSA over P-256 with SHA-256. */
export const KEY_ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const
export const SIGNING_ALGORITHM = { name: 'ECDSA', hash: 'SHA-256' } as const

export interface KeyPair {
  readonly privateKey: webcrypto.CryptoKey
  readonly publicKey: webcrypto.CryptoKey
}

export async function generateKeyPair(): Promise<KeyPair> {
  return webcrypto.subtle.generateKey(KEY_ALGORITHM, true, ['sign', 'verify'])
}

/** Writes a private key as unencrypted PKCS#8 PEM. */
export async function exportPrivateKey(key: webcrypto.CryptoKey): Promise<string> {
  const der = await webcrypto.subtle.exportKey('pkcs8', key)
  return `${x509.PemConverter.encode(der, x509.PemConverter.PrivateKeyTag)}\n`
}

export async function importPrivateKey(pem: string): Promise<webcrypto.CryptoKey> {
  const [der] = x509.PemConverter.decode(pem)
  if (der === undefined) throw new PkiError('AUTHORITY_DAMAGED', 'There is no private key in this PEM.')
  return webcrypto.subtle.importKey('pkcs8', der, KEY_ALGORITHM, false, ['sign'])
}

/**
 * A random serial number of exactly 32 hexadecimal digits. Its first digit is 4 to 7: positive as RFC 5280 (4.1.2.2) wants it, and never with a
 * leading zero that one library prints and the next drops.
 */
export function randomSerial(): string {
  const bytes = randomBytes(16)
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40
  return bytes.toString('hex')
}

/** SHA-256 over a certificate's DER form, 64 lower-case hexadecimal digits. */
export function fingerprintOf(certificate: x509.X509Certificate): string {
  return createHash('sha256').update(Buffer.from(certificate.rawData)).digest('hex')
}

export function readCertificate(pem: string): x509.X509Certificate {
  try {
    return new x509.X509Certificate(pem)
  } catch (cause) {
    throw new PkiError('CERTIFICATE_UNREADABLE', 'This is not an X.509 certificate in PEM.', { cause })
  }
}

/** PEM text with the final line feed that tools expect when several are put into one file. */
export function certificatePem(certificate: x509.X509Certificate): string {
  return `${certificate.toString('pem')}\n`
}
