/** Requests signed with an access key: what is signed, and how. Server and clients use the same code. */
export { type Authorization, parseAuthorization } from './authorization.ts'
export {
  CONTENT_SHA256,
  DATE,
  NONCE,
  SCHEME,
  type SignedRequest,
  sha256,
  signatureOf,
  UNSIGNED_PAYLOAD,
} from './canonical.ts'
export { type SigningKey, signedHeaders, type ToSign } from './sign.ts'
