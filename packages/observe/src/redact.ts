/** No secret passes into a log: neither under a name that says so, nor within a text. */

export const REDACTED = '[redacted]'

/** Names of what is secret wherever it comes from. */
const SECRET_NAME =
  /password|passwd|token|secret|userdata|keypem|privatekey|masterkey|apikey|authorization|cookie|ticket|passphrase/i

/** Registration tokens, private keys, bearer tokens, user and password in a URL, secrets in a query. */
const SECRET_TEXTS: readonly [RegExp, string][] = [
  [/basalt1\.[\w.-]+/g, REDACTED],
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, REDACTED],
  [/\b(Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{6,}/gi, `$1 ${REDACTED}`],
  [/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]+@/gi, `$1${REDACTED}@`],
  [/([?&;](?:[\w-]*(?:token|password|secret|ticket|signature))=)[^&\s"']+/gi, `$1${REDACTED}`],
]

/** Deeper things are of no use in a log. */
const MAX_DEPTH = 6
const MAX_TEXT = 16_384

/** Makes a value fit for a log: redacted, without cycles, of bounded depth and length. */
export type Redactor = (value: unknown) => unknown

function redactText(text: string): string {
  const short = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text
  return SECRET_TEXTS.reduce((result, [pattern, instead]) => result.replace(pattern, instead), short)
}

/** @param secretNames further names whose values never pass, e.g. the secret fields of all kinds */
export function createRedactor(secretNames: Iterable<string> = []): Redactor {
  const named = new Set(secretNames)
  const isSecret = (name: string): boolean => named.has(name) || SECRET_NAME.test(name)

  function redact(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return redactText(value)
    if (typeof value === 'bigint') return value.toString()
    if (typeof value !== 'object' || value === null) return value
    if (depth >= MAX_DEPTH) return '…'
    if (value instanceof Date) return value.toISOString()
    if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1))
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => [
        name,
        isSecret(name) && item !== undefined && item !== null ? REDACTED : redact(item, depth + 1),
      ]),
    )
  }

  return (value) => redact(value, 0)
}
