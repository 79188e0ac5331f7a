import { createHash, webcrypto } from 'node:crypto'
import { PkiError } from './errors.ts'
import { exportPrivateKey, generateKeyPair, KEY_ALGORITHM, SIGNING_ALGORITHM, x509 } from './x509.ts'

/** A fresh private key and the PKCS#10 request (RFC 2986) to have it certified. */
export interface SigningRequest {
  /** Unencrypted PKCS#8; never leaves the host. */
  readonly keyPem: string
  readonly csrPem: string
}

/** Makes a key and its request. The issuer chooses the subject, so the request names none of weight. */
export async function createSigningRequest(): Promise<SigningRequest> {
  const keys = await generateKeyPair()
  const request = await x509.Pkcs10CertificateRequestGenerator.create({
    name: [{ CN: ['unnamed'] }],
    keys,
    signingAlgorithm: SIGNING_ALGORITHM,
  })
  return { keyPem: await exportPrivateKey(keys.privateKey), csrPem: `${request.toString('pem')}\n` }
}

// A P-256 request takes about 400 characters.
const LONGEST_REQUEST = 8192

/**
 * Takes the public key out of a request after checking that its sender holds the private one.
 * @throws PkiError REQUEST_INVALID
 */
export async function publicKeyOfRequest(csrPem: string): Promise<webcrypto.CryptoKey> {
  try {
    if (csrPem.length > LONGEST_REQUEST) throw new Error('It is too long.')
    const request = new x509.Pkcs10CertificateRequest(csrPem)
    const key: webcrypto.CryptoKey = await request.publicKey.export(KEY_ALGORITHM, ['verify'])
    if (!(await request.verify())) throw new Error('Its signature is wrong.')
    return key
  } catch (cause) {
    const message = 'This is not a certificate request (PKCS#10, PEM) for an ECDSA P-256 key, signed by that key.'
    throw new PkiError('REQUEST_INVALID', message, { cause })
  }
}

/**
 * Checks a request and names its public key: SHA-256 of the SubjectPublicKeyInfo, 64 lower-case hexadecimal digits.
 * @throws PkiError REQUEST_INVALID
 */
export async function keyHashOfRequest(csrPem: string): Promise<string> {
  const spki = await webcrypto.subtle.exportKey('spki', await publicKeyOfRequest(csrPem))
  return createHash('sha256').update(Buffer.from(spki)).digest('hex')
}
