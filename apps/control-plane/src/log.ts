/** Structured logs: one JSON object a line on standard error. */
import type { Log } from '@basalt/kernel'

const SECRET = /password|token|secret|key$/i

const redact = (facts: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, SECRET.test(name) ? '[redacted]' : value]))

export function createLog(write: (line: string) => void = (line) => process.stderr.write(line)): Log {
  const at =
    (level: string) =>
    (message: string, facts: Record<string, unknown> = {}) =>
      write(`${JSON.stringify({ at: new Date().toISOString(), level, message, ...redact(facts) })}\n`)
  return { info: at('info'), error: at('error') }
}
