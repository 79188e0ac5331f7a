/** The database is away: what that looks like, what callers are told, and how the platform's own work outlasts it. */
import { setTimeout as sleep } from 'node:timers/promises'
import { Problem } from '../problem.ts'

const CODE = 'DATABASE_UNAVAILABLE'
const RETRY_AFTER_SECONDS = 2

/** Codes of the operating system for a server that is not there, or no longer. */
const SYSTEM_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ECONNABORTED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EPIPE',
  'ETIMEDOUT',
])

/** SQLSTATE: connection exceptions, a server that stops, starts or has no connection left. */
const SQL_STATES = /^(08\w{3}|57P0[1-5]|53300)$/

/** What `pg` says without a code. */
const MESSAGES =
  /^(Connection terminated|Client has encountered a connection error|Client was closed|timeout exceeded when trying to connect|timeout expired|Query read timeout)/

/** Whether an error of `pg` means that the database does not answer, rather than that it refused a statement. */
export function isConnectionError(error: unknown): boolean {
  const { code, message, errors, syscall } = error as {
    code?: unknown
    message?: unknown
    errors?: unknown[]
    syscall?: unknown
  }
  // Several addresses of one name were tried.
  if (Array.isArray(errors) && errors.length > 0) return errors.every(isConnectionError)
  // Its socket is gone; any other missing file is another matter.
  if (code === 'ENOENT') return syscall === 'connect'
  if (typeof code === 'string') return SYSTEM_CODES.has(code) || SQL_STATES.test(code)
  return typeof message === 'string' && MESSAGES.test(message)
}

/** @param settled whether it is certain that nothing was changed */
export function databaseUnavailable(cause: unknown, settled = true): Problem {
  return new Problem({
    status: 503,
    code: CODE,
    detail: settled
      ? 'The database does not answer at the moment; nothing was changed.'
      : 'The database stopped answering while this was being made durable: it may have happened or not.',
    remedy: 'Repeat the request in a moment, a POST with the same Idempotency-Key; operators: basalt doctor.',
    retryAfterSeconds: RETRY_AFTER_SECONDS,
    cause,
  })
}

/** Whether it failed only because the database was away: worth doing again. */
export const isOutage = (error: unknown): boolean => error instanceof Problem && error.code === CODE

const FIRST_PAUSE_MS = 100
const LAST_PAUSE_MS = 2_000

/** Does it again for as long as the database is away and it is still wanted; any other error goes through. */
export async function outlast<T>(work: () => Promise<T>, wanted: () => boolean): Promise<T> {
  for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LAST_PAUSE_MS, pauseMs * 2))
    try {
      return await work()
    } catch (error) {
      if (!isOutage(error) || !wanted()) throw error
      await sleep(pauseMs, undefined, { ref: false })
      if (!wanted()) throw error
    }
}
