/**
 * Connections for statements made of what callers ask. There are few, so that slow ones keep nobody else waiting; a statement has little
 * time; and none is kept prepared, since hardly two are alike.
 */
import pg from 'pg'
import type { Query, Row } from '../database.ts'
import { Problem, unavailable } from '../problem.ts'

const CONNECTIONS = 4
const TIMEOUT_MS = 10_000
const QUERY_CANCELED = '57014'

const tooSlow = (cause: unknown): Problem =>
  new Problem({
    status: 400,
    code: 'QUERY_TOO_SLOW',
    detail: 'The query takes too long: it has to look at too many resources.',
    remedy: 'Narrow it with a field that has an index, such as state or a reference, or leave "count" out.',
    cause,
  })

export function openAdHoc(config: pg.PoolConfig, timeoutMs = TIMEOUT_MS): { query: Query; close(): Promise<void> } {
  const pool = new pg.Pool({
    ...config,
    max: CONNECTIONS,
    statement_timeout: timeoutMs,
    query_timeout: timeoutMs + 5_000,
  })
  // An idle connection that breaks is replaced at the next query; the query's own error is what counts.
  pool.on('error', () => {})

  /** What is the queries' fault becomes a problem that says so. */
  function explain(error: unknown): unknown {
    const { code, message } = error as { code?: string; message?: string }
    if (code === QUERY_CANCELED) return tooSlow(error)
    // The pool's own words, without a code. Where there are connections, they are all at work.
    const isBusy = message?.startsWith('timeout exceeded when trying to connect') && pool.totalCount >= CONNECTIONS
    return isBusy
      ? unavailable('QUERIES_BUSY', 'Too many queries run at once.', 'Try again in a moment.', error)
      : error
  }

  return {
    async query<R extends Row>(text: string, values: unknown[] = []) {
      try {
        return (await pool.query<R>(text, values)).rows
      } catch (error) {
        throw explain(error)
      }
    },
    close: () => pool.end(),
  }
}
