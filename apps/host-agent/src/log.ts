/** How much a line matters. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error'

/** What a line carries besides its message; ids of resources under their kind's name. */
export type LogFields = Readonly<Record<string, unknown>>

/** Writes one JSON object a line. */
export type Log = (level: LogLevel, message: string, fields?: LogFields) => void

const RANK: Record<LogLevel, number> = { debug: 0, info: 1, warn: 2, error: 3 }
const SECRET_NAME = /token|secret|password|passwd|userdata|keypem|privatekey|authorization|cookie/i
/** Registration tokens and private keys, wherever they stand in a text. */
const SECRET_TEXT = /basalt1\.[\w.-]+|-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g
const REDACTED = '[redacted]'

/** @param write takes a whole line; standard error by default */
export function createLog(
  least: LogLevel = 'info',
  write: (line: string) => void = (line) => void process.stderr.write(line),
): Log {
  return (level, message, fields = {}) => {
    if (RANK[level] < RANK[least]) return
    const line = { time: new Date().toISOString(), level, message: redactText(message), ...redacted(fields) }
    write(`${JSON.stringify(line)}\n`)
  }
}

/** An error as fields of a line, with its causes. */
export function errorFields(error: unknown): LogFields {
  if (!(error instanceof Error)) return { error: String(error) }
  const { code, remedy } = error as Error & { code?: unknown; remedy?: unknown }
  const cause = error.cause === undefined ? undefined : errorFields(error.cause)
  return { error: error.message, code, remedy, cause }
}

function redacted(fields: LogFields): LogFields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, SECRET_NAME.test(name) ? REDACTED : redactedValue(value)]),
  )
}

function redactedValue(value: unknown): unknown {
  if (typeof value === 'string') return redactText(value)
  if (Array.isArray(value)) return value.map(redactedValue)
  if (typeof value === 'object' && value !== null) return redacted(value as LogFields)
  return value
}

function redactText(text: string): string {
  return text.replace(SECRET_TEXT, REDACTED)
}
