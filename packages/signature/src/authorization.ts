/** The `Authorization` header of a signed request. */
import { CONTENT_SHA256, DATE, NONCE, SCHEME } from './canonical.ts'

export interface Authorization {
  /** Id of the access key. */
  credential: string
  /** Names of the signed headers in lower case. */
  signedHeaders: readonly string[]
  /** 64 hex digits. */
  signature: string
}

const FORM = new RegExp(
  `^${SCHEME} Credential=([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}), ?SignedHeaders=([a-z0-9-]+(?:;[a-z0-9-]+)*), ?Signature=([0-9a-f]{64})$`,
)
const NEEDED = [DATE, NONCE, CONTENT_SHA256]

/** Null when it is none of ours, or leaves a needed header unsigned. */
export function parseAuthorization(text: string): Authorization | null {
  const [, credential, names, signature] = FORM.exec(text) ?? []
  const signedHeaders = names?.split(';') ?? []
  if (!credential || !signature || !NEEDED.every((name) => signedHeaders.includes(name))) return null
  return { credential, signedHeaders, signature }
}

export const authorizationOf = ({ credential, signedHeaders, signature }: Authorization): string =>
  `${SCHEME} Credential=${credential}, SignedHeaders=${signedHeaders.join(';')}, Signature=${signature}`
