/** Why a server could not be reached, in words, and what to do about it. */
import { SdkError } from './errors.ts'

const UNTRUSTED = new Set([
  'SELF_SIGNED_CERT_IN_CHAIN',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'CERT_HAS_EXPIRED',
  'CERT_NOT_YET_VALID',
  'CERT_SIGNATURE_FAILURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
])

interface Reason {
  what: string
  remedy: string
}

const NAME = 'Check the name for typing errors, and that this machine can resolve it (getent hosts NAME).'
const WAY = 'Check the address, the network and firewalls between here and there.'

/** System errors (errno names) by what they mean to whoever wants to reach a control plane. */
const REASONS: Readonly<Record<string, Reason>> = {
  ECONNREFUSED: {
    what: 'nothing listens on that port (connection refused)',
    remedy: 'Check host and port of the URL, and that the control plane runs there.',
  },
  ENOTFOUND: { what: 'the name is not known (DNS)', remedy: NAME },
  EAI_AGAIN: { what: 'the name server does not answer (DNS)', remedy: NAME },
  ETIMEDOUT: { what: 'the machine does not answer', remedy: WAY },
  EHOSTUNREACH: { what: 'there is no route to the machine', remedy: WAY },
  ENETUNREACH: { what: 'there is no route to its network', remedy: WAY },
  ECONNRESET: {
    what: 'the connection was cut',
    remedy: 'Try again: the control plane may be starting. If it stays so, check that the port speaks HTTPS.',
  },
  EPROTO: {
    what: 'what listens there does not speak TLS',
    remedy: 'Check the port, and whether the URL shall begin with http://.',
  },
}

/** TLS libraries have a code for each way in which a peer does not speak TLS. */
const reasonOf = (code: string): Reason | undefined =>
  REASONS[code] ?? (/^ERR_SSL_/.test(code) ? REASONS.EPROTO : undefined)

/** A system error in our words. */
export function connectionError(cause: unknown, url: URL): SdkError {
  const { code = '', message } = cause as NodeJS.ErrnoException
  if (UNTRUSTED.has(code))
    return new SdkError('CERTIFICATE_UNTRUSTED', `The certificate of ${url.host} is not trusted: ${message}`, {
      remedy:
        'Give the certificate of its authority, or its fingerprint; and use a name or address that it is made for.',
      cause,
    })
  const { what, remedy } = reasonOf(code) ?? {
    what: message,
    remedy: 'Check the URL, and that the control plane runs and can be reached from here.',
  }
  return new SdkError('CONNECTION_FAILED', `No answer from ${url.origin}: ${what}.`, { remedy, cause })
}
