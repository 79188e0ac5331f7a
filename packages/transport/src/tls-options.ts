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
