/** A certificate that is not trusted: whose it is, and how to trust it from now on. */
import { SdkError, shownCertificates } from '@basalt/sdk'

/** `aabb…` → `AA:BB:…`, as other programs print fingerprints. */
export const colons = (fingerprint: string): string => fingerprint.toUpperCase().match(/../g)?.join(':') ?? fingerprint

/**
 * The error with the authority that the server shows and its fingerprint; any other as it is.
 * @param url where it was tried
 * @param profile name of the profile in use
 */
export async function withFingerprint(error: unknown, url: string | undefined, profile: string): Promise<unknown> {
  if (!(error instanceof SdkError) || error.code !== 'CERTIFICATE_UNTRUSTED' || !url) return error
  const shown = await shownCertificates(new URL(url)).catch(() => [])
  const root = shown.at(-1)
  if (!root) return error
  const { host } = new URL(url)
  return new SdkError(
    'CERTIFICATE_UNTRUSTED',
    `${error.message}\n${host} is signed by "${root.subject}", SHA-256 fingerprint ${colons(root.fingerprint)}.`,
    {
      remedy:
        `If that is what the operator of the cloud tells you: basalt login --profile ${profile} --url ${url} --fingerprint ${root.fingerprint}\n` +
        'If not, somebody may be in between: do not log in.',
      cause: error,
    },
  )
}
