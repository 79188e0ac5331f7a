import type { IncomingMessage } from 'node:http'
import type { RegisterRequest, RegisterResponse, RotateRequest } from '@basalt/contracts'
import { type Authority, type CertificateFacts, keyHashOfRequest, parseRegistrationToken } from '@basalt/pki'
import { transportError } from './errors.ts'
import { type Authorize, authenticate } from './peer.ts'

/** A request to spend a token. */
export interface TokenUse {
  /** How the control plane knows the token; see `createRegistrationToken`. */
  readonly secretHash: string
  /**
   * SHA-256 of the host's public key. A token that was spent by the same key may be spent again for a while, with the same host id: the
   * first answer may have been lost on the way.
   */
  readonly keyHash: string
  readonly hostname: string
}

export interface RegistrationDeps {
  readonly authority: Pick<Authority, 'certificatePem' | 'issueHostCertificate'>
  /** Spends a token in one atomic step and gives the host's id; undefined when it is unknown, expired or spent. */
  readonly spendToken: (use: TokenUse) => Promise<string | undefined>
  /** Keeps serial and end of every certificate, for revocation. Called before the certificate is handed out. */
  readonly onIssued: (hostId: string, certificate: CertificateFacts) => Promise<void>
}

/**
 * Turns a one-time token and a certificate request into a host certificate. For `POST REGISTER_PATH`, which takes no client certificate.
 * @throws TransportError TOKEN_REFUSED, PkiError TOKEN_INVALID or REQUEST_INVALID (then the token is not spent)
 */
export async function register(request: RegisterRequest, deps: RegistrationDeps): Promise<RegisterResponse> {
  const { secretHash } = parseRegistrationToken(request.token)
  const keyHash = await keyHashOfRequest(request.csrPem)
  const hostId = await deps.spendToken({ secretHash, keyHash, hostname: request.hostname })
  if (hostId === undefined) {
    throw transportError('TOKEN_REFUSED', 'The registration token is unknown, expired or already spent.', {
      remedy: 'Ask for a new token.',
    })
  }
  return issue(hostId, request.csrPem, deps)
}

/**
 * Gives a host that still has a good certificate a new one. For `POST ROTATE_PATH` over mutual TLS.
 * @throws TransportError CERTIFICATE_REQUIRED or what `authorize` says, PkiError REQUEST_INVALID
 */
export async function rotate(
  body: RotateRequest,
  request: IncomingMessage,
  deps: Omit<RegistrationDeps, 'spendToken'> & { readonly authorize: Authorize },
): Promise<RegisterResponse> {
  const { hostId } = await authenticate(request, deps.authorize)
  return issue(hostId, body.csrPem, deps)
}

async function issue(
  hostId: string,
  csrPem: string,
  { authority, onIssued }: Omit<RegistrationDeps, 'spendToken'>,
): Promise<RegisterResponse> {
  const certificate = await authority.issueHostCertificate({ csrPem, hostId })
  await onIssued(hostId, certificate)
  return { host: hostId, certificatePem: certificate.certificatePem, caPem: authority.certificatePem }
}
