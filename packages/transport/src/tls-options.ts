import { createSecureContext, type SecureContext, type TLSSocket } from 'node:tls'
import type { Identity } from '@basalt/pki'

/** What Node's TLS and the WebSocket client need for mutual TLS. */
export interface TlsOptions {
  readonly key: string
  readonly cert: string
  readonly ca: string
  readonly minVersion: 'TLSv1.3'
}

/** @param identity the host's key, certificate and the control plane's root certificate */
export function tlsOptionsOf({ keyPem, certificatePem, caPem }: Identity): TlsOptions {
  return { key: keyPem, cert: certificatePem, ca: caPem, minVersion: 'TLSv1.3' }
}

/** How one host dials: keys are read once, and who has met a node already spares itself, and any other, most of the handshake. */
export interface Dialling {
  /** For a connection to a node. */
  options(): { secureContext: SecureContext; session: Buffer | undefined }
  /** Remember what the node said of the next time. Tickets come before all that the node sends, so by then they are here. */
  met(socket: TLSSocket): void
}

/** Until the host has another certificate: then what nodes remember of it is worth nothing. */
export function createDialling(identity: Identity): Dialling {
  const secureContext = createSecureContext(tlsOptionsOf(identity))
  // Nodes have the keys of their tickets in common, so that one's is good at all; where it is not, the handshake is a whole one.
  let session: Buffer | undefined
  return {
    options: () => ({ secureContext, session }),
    met(socket) {
      session = socket.getSession() ?? session
    },
  }
}
