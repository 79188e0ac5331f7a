import { certificatePem, fingerprintOf, readCertificate, type x509 } from './x509.ts'

/** What one needs to know about an issued certificate. */
export interface CertificateFacts {
  /** PEM with a final line feed. */
  readonly certificatePem: string
  /** 32 lower-case hexadecimal digits; revocation lists name certificates by it. */
  readonly serial: string
  /** The subject's common name; for a host certificate the host's id. */
  readonly commonName: string
  readonly notBefore: Date
  readonly notAfter: Date
  /** SHA-256 of the DER form, 64 lower-case hexadecimal digits. */
  readonly fingerprint: string
}

/** Reads a certificate without judging it. */
export function describeCertificate(pem: string): CertificateFacts {
  return factsOf(readCertificate(pem))
}

export function factsOf(certificate: x509.X509Certificate): CertificateFacts {
  return {
    certificatePem: certificatePem(certificate),
    serial: certificate.serialNumber,
    commonName: certificate.subjectName.getField('CN')[0] ?? '',
    notBefore: certificate.notBefore,
    notAfter: certificate.notAfter,
    fingerprint: fingerprintOf(certificate),
  }
}

/** Whether it is time to renew: less than a third of the certificate's life is left. */
export function needsRenewal(facts: Pick<CertificateFacts, 'notBefore' | 'notAfter'>, now = new Date()): boolean {
  const lifeMs = facts.notAfter.getTime() - facts.notBefore.getTime()
  return facts.notAfter.getTime() - now.getTime() < lifeMs / 3
}
