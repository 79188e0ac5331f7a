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

/** What a text has in it when it may hold a secret; most do not, and are not searched further. */
const SUSPECT = /basalt1\.|-----BEGIN|bearer|basic|@|token|password|secret|ticket|signature/i

/** Deeper things are of no use in a log. */
const MAX_DEPTH = 6
const MAX_TEXT = 16_384
/** Names whose verdict is remembered. */
const MAX_NAMES = 1_000

/** Shorter ones would be found everywhere. */
const SHORTEST_SECRET = 6

/** Texts in a value under names that are always secret, with their lines: an error may repeat one of them. */
export function secretsIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, item]) => {
    if (typeof item !== 'string') return secretsIn(item)
    if (!SECRET_NAME.test(name)) return []
    return [item, ...item.split('\n').map((line) => line.trim())].filter(({ length }) => length >= SHORTEST_SECRET)
  })
}

/** A text without these secrets, and without what has the form of one. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  const longestFirst = [...secrets].sort((a, b) => b.length - a.length)
  return redactText(longestFirst.reduce((result, secret) => result.replaceAll(secret, REDACTED), text))
}

/** Makes a value fit for a log: redacted, without cycles, of bounded depth and length. */
export interface Redactor {
  (value: unknown): unknown
  /** Whether values of this name never pass. */
  isSecret(name: string): boolean
}

/** A text without what has the form of a secret. */
export function redactText(text: string): string {
  const short = text.length > MAX_TEXT ? `${text.slice(0, MAX_TEXT)}…` : text
  if (!SUSPECT.test(short)) return short
  return SECRET_TEXTS.reduce((result, [pattern, instead]) => result.replace(pattern, instead), short)
}

/** Makes a line of facts. Must not throw for what a log may be told. */
export type LineMaker = (facts: Readonly<Record<string, unknown>>) => string

/** A value as JSON, redacted. Most lines have nothing to redact, which is found out without taking them apart. */
export function createLineMaker(secretNames: Iterable<string> = []): LineMaker {
  const redact = createRedactor(secretNames)
  const isPlain = (value: unknown): boolean =>
    typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean' || value === undefined
  return (facts) => {
    for (const name in facts) if (!isPlain(facts[name]) || redact.isSecret(name)) return JSON.stringify(redact(facts))
    const line = JSON.stringify(facts)
    return line.length > MAX_TEXT || SUSPECT.test(line) ? JSON.stringify(redact(facts)) : line
  }
}

/** @param secretNames further names whose values never pass, e.g. the secret fields of all kinds */
export function createRedactor(secretNames: Iterable<string> = []): Redactor {
  const named = new Set(secretNames)
  const known = new Map<string, boolean>()
  const isSecret = (name: string): boolean => {
    let answer = known.get(name)
    if (answer === undefined) {
      answer = named.has(name) || SECRET_NAME.test(name)
      if (known.size < MAX_NAMES) known.set(name, answer)
    }
    return answer
  }

  function redact(value: unknown, depth: number): unknown {
    if (typeof value === 'string') return redactText(value)
    if (typeof value === 'bigint') return value.toString()
    if (typeof value !== 'object' || value === null) return value
    if (depth >= MAX_DEPTH) return '…'
    if (value instanceof Date) return value.toISOString()
    if (Array.isArray(value)) return value.map((item) => redact(item, depth + 1))
    const shown: Record<string, unknown> = {}
    for (const [name, item] of Object.entries(value))
      shown[name] = item !== undefined && item !== null && isSecret(name) ? REDACTED : redact(item, depth + 1)
    return shown
  }

  return Object.assign((value: unknown) => redact(value, 0), { isSecret })
}
