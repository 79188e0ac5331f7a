/** Logs: one JSON object a line, with the ids of what is being worked on. */
import { context, type Facts } from './context.ts'
import { createLineMaker } from './redact.ts'

/** How much a line matters, least first. */
export const LEVELS = ['debug', 'info', 'warn', 'error'] as const
export type LogLevel = (typeof LEVELS)[number]

type Write = (message: string, facts?: Facts) => void

export interface Log extends Readonly<Record<LogLevel, Write>> {
  /** From now on nothing that matters less is written. */
  setLevel(level: LogLevel): void
}

export interface LogOptions {
  /** Lines that matter less are left out; `info` unless given. */
  level?: LogLevel
  /** Facts of every line, e.g. the name of the node. */
  facts?: Facts
  /** Names whose values never pass, besides those that always are secret. */
  secretNames?: Iterable<string>
  /** Takes a whole line; standard error unless given. */
  write?(line: string): void
}

/** An error as facts of a line, with its causes. */
export function errorFields(error: unknown): Facts {
  if (!(error instanceof Error)) return { error: String(error) }
  const { code, remedy } = error as Error & { code?: unknown; remedy?: unknown }
  const cause = error.cause === undefined ? undefined : errorFields(error.cause)
  return { error: error.message, code, remedy, cause }
}

/** A line: time, level, message, then the facts of the program, of what is being worked on, and of the moment. */
export function createLog(options: LogOptions = {}): Log {
  const { facts: own = {}, write = (line: string) => void process.stderr.write(line) } = options
  const lineOf = createLineMaker(options.secretNames)
  let least = LEVELS.indexOf(options.level ?? 'info')

  const at =
    (level: LogLevel): Write =>
    (message, facts = {}) => {
      if (LEVELS.indexOf(level) < least) return
      const { facts: around, span } = context()
      const ids = span ? { trace: span.traceId, ...around } : around
      write(`${lineOf({ time: new Date().toISOString(), level, message, ...own, ...ids, ...facts })}\n`)
    }

  return {
    debug: at('debug'),
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    setLevel(level) {
      least = LEVELS.indexOf(level)
    },
  }
}
