import { createHash, randomBytes } from 'node:crypto'
import { PkiError } from './errors.ts'

/**
 * One-time registration tokens: `basalt1.<fingerprint>.<secret>`. The middle is the base64url form of the authority's SHA-256
 * fingerprint, so that whoever holds the token knows the right control plane on first contact. The secret is 256 random bits.
 */
const VERSION = 'basalt1'
const SHAPE = /^basalt1\.([A-Za-z0-9_-]{43})\.([A-Za-z0-9_-]{43})$/

/** A new token. Give `token` to the operator once and store only `secretHash`. */
export interface RegistrationToken {
  readonly token: string
  /** SHA-256 of the secret, 64 hexadecimal digits. The secret is random, so a slow hash would add nothing. */
  readonly secretHash: string
}

/** @param authorityFingerprint 64 hexadecimal digits, as in {@link Authority.fingerprint} */
export function createRegistrationToken(authorityFingerprint: string): RegistrationToken {
  const pin = Buffer.from(authorityFingerprint, 'hex').toString('base64url')
  const secret = randomBytes(32).toString('base64url')
  return { token: `${VERSION}.${pin}.${secret}`, secretHash: hash(secret) }
}

/** What a token tells: which authority to trust, and the hash under which the control plane knows it. */
export interface ParsedRegistrationToken {
  /** 64 lower-case hexadecimal digits. */
  readonly authorityFingerprint: string
  /** Compare by looking it up as a key: equal hashes are equal tokens, and a hash's timing tells nothing of use. */
  readonly secretHash: string
}

/** @throws PkiError TOKEN_INVALID; the message never repeats the token */
export function parseRegistrationToken(token: string): ParsedRegistrationToken {
  const [, pin, secret] = SHAPE.exec(token.trim()) ?? []
  if (pin === undefined || secret === undefined) {
    throw new PkiError('TOKEN_INVALID', 'This is not a registration token. Copy it whole; it begins with "basalt1.".')
  }
  return { authorityFingerprint: Buffer.from(pin, 'base64url').toString('hex'), secretHash: hash(secret) }
}

function hash(secret: string): string {
  return createHash('sha256').update(secret).digest('hex')
}
