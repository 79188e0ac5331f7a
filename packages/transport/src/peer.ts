import type { IncomingMessage } from 'node:http'
import { TLSSocket } from 'node:tls'
import type { WireError } from '@basalt/contracts'
import { TransportError, transportError } from './errors.ts'

/** A host as its client certificate names it. */
export interface Peer {
  /** The certificate's common name. */
  readonly hostId: string
  /** Serial number, lower-case hexadecimal digits. */
  readonly serial: string
  /** SHA-256 of the certificate's DER form, lower-case hexadecimal digits. */
  readonly fingerprint: string
  readonly notAfter: Date
}

/** Says whether a host with a valid certificate may connect: known, not revoked, not deleted. Returns why not. */
export type Authorize = (peer: Peer) => Promise<WireError | undefined>

const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2'

/**
 * Names the host behind a request. The TLS server must ask for certificates (`requestCert: true`) and trust the control plane's
 * authority; with `rejectUnauthorized: false` it also serves clients without one, and this function tells them apart.
 * @throws TransportError CERTIFICATE_REQUIRED
 */
export function peerOf(request: IncomingMessage): Peer {
  const { socket } = request
  const refuse = (reason: string) =>
    transportError('CERTIFICATE_REQUIRED', `A host certificate of this control plane is needed: ${reason}.`, {
      remedy: 'Register the host again.',
    })
  if (!(socket instanceof TLSSocket)) throw refuse('the connection is not encrypted')
  if (!socket.authorized) throw refuse(String(socket.authorizationError ?? 'none was shown'))
  const certificate = socket.getPeerCertificate()
  const hostId = certificate.subject?.CN
  if (typeof hostId !== 'string' || !certificate.ext_key_usage?.includes(CLIENT_AUTH))
    throw refuse('it is of another kind')
  const notAfter = new Date(certificate.valid_to)
  // A resumed TLS session remembers that the certificate was good, perhaps long ago.
  if (notAfter.getTime() <= Date.now()) throw refuse('it has expired')
  const fingerprint = certificate.fingerprint256.replaceAll(':', '').toLowerCase()
  return { hostId, serial: certificate.serialNumber.toLowerCase(), fingerprint, notAfter }
}

/** Organizational unit in the certificates of control-plane nodes; the authority gives it to nobody else. */
const NODES = 'control-plane'

/**
 * Names the control-plane node behind a request, as its certificate does.
 * @throws TransportError CERTIFICATE_REQUIRED
 */
export function nodeOf(request: IncomingMessage): string {
  const { hostId } = peerOf(request)
  const { OU } = (request.socket as TLSSocket).getPeerCertificate().subject
  if (OU !== NODES)
    throw transportError('CERTIFICATE_REQUIRED', 'Only control-plane nodes may ask this.', {
      remedy: 'Join the node: POST /v1/nodes/join-token on one that is there.',
    })
  return hostId
}

/** Names the host and asks whether it may connect. @throws TransportError with the reason why not */
export async function authenticate(request: IncomingMessage, authorize: Authorize): Promise<Peer> {
  const peer = peerOf(request)
  const refusal = await authorize(peer)
  if (refusal !== undefined) throw new TransportError(refusal)
  return peer
}
