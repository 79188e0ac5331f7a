export {
  type Authority,
  type CertificateUse,
  exportAuthority,
  type HostCertificateOptions,
  type IssuedIdentity,
  importAuthority,
  type NodeCertificateOptions,
  type OpenAuthorityOptions,
  openAuthority,
  type ServerCertificateOptions,
} from './authority.ts'
export { type CertificateFacts, describeCertificate, needsRenewal } from './certificate.ts'
export { PkiError, type PkiErrorCode } from './errors.ts'
export { type Identity, loadIdentity, saveIdentity } from './identity-store.ts'
export {
  createRegistrationToken,
  type ParsedRegistrationToken,
  parseRegistrationToken,
  type RegistrationToken,
} from './registration-token.ts'
export { createSigningRequest, keyHashOfRequest, type SigningRequest } from './request.ts'
