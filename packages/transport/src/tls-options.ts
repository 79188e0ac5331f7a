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

/** How one host dials: keys are read once, and a node that it has met already spares both sides most of the handshake. */
export interface Dialling {
  /** For a connection to this base URL. */
  optionsFor(url: string): { secureContext: SecureContext; session: Buffer | undefined }
  /** Remember what the node said of the next time. Tickets come before all that the node sends, so by then they are here. */
  met(url: string, socket: TLSSocket): void
}

/** Until the host has another certificate: then what nodes remember of it is worth nothing. */
export function createDialling(identity: Identity): Dialling {
  const secureContext = createSecureContext(tlsOptionsOf(identity))
  const sessions = new Map<string, Buffer>()
  return {
    optionsFor: (url) => ({ secureContext, session: sessions.get(url) }),
    met(url, socket) {
      const session = socket.getSession()
      if (session) sessions.set(url, session)
    },
  }
}
