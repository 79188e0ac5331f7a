/**
 * Connections for statements made of what callers ask. There are few, so that slow ones keep nobody else waiting; a statement has little
 * time; none is kept prepared, since there is no end of texts; and those that were quick lately go several at a time.
 */
import pg from 'pg'
import type { Query, Row } from '../database.ts'
import { Problem, unavailable } from '../problem.ts'
import { askTexts, type Texts } from '../texts.ts'
import { createConvoys } from './convoy.ts'
import { createPace } from './pace.ts'
import { createSharing } from './sharing.ts'
import type { Question } from './together.ts'

const CONNECTIONS = 4
const TIMEOUT_MS = 10_000
/** Beside those: for what several share, who are not to wait for one among them that takes its time. */
const SHARED_CONNECTIONS = 2
const SHARED_TIMEOUT_MS = 100
/** So much longer than the server's own limit: it strikes when the server has vanished without a word. */
const GRACE_MS = 5_000
const QUERY_CANCELED = '57014'

const tooSlow = (cause: unknown): Problem =>
  new Problem({
    status: 400,
    code: 'QUERY_TOO_SLOW',
    detail: 'The query takes too long: it has to look at too many resources.',
    remedy: 'Narrow it with a field that has an index, such as state or a reference, or leave "count" out.',
    cause,
  })

export interface AdHoc {
  query: Query
  /** The same for questions of which many are alike: those that come together may share a statement. */
  texts(question: Question): Promise<Texts>
  close(): Promise<void>
}

export function openAdHoc(config: pg.PoolConfig, timeoutMs = TIMEOUT_MS): AdHoc {
  const pool = new pg.Pool({
    ...config,
    pipeline: true,
    max: CONNECTIONS,
    statement_timeout: timeoutMs,
    query_timeout: timeoutMs + GRACE_MS,
  })
  const shared = new pg.Pool({
    ...config,
    max: SHARED_CONNECTIONS,
    statement_timeout: SHARED_TIMEOUT_MS,
    query_timeout: SHARED_TIMEOUT_MS + GRACE_MS,
  })
  // An idle connection that breaks is replaced at the next query; the query's own error is what counts.
  for (const each of [pool, shared]) each.on('error', () => {})
  const pace = createPace()
  const ask = createConvoys(pool, pace)

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

  async function explained<T>(answer: Promise<T>): Promise<T> {
    try {
      return await answer
    } catch (error) {
      throw explain(error)
    }
  }

  const alone = ({ text, values }: Question): Promise<Texts> =>
    explained(ask(text, (client) => askTexts(client, text, [...values])))

  return {
    query: <R extends Row>(text: string, values: unknown[] = []) =>
      explained(ask(text, async (client) => (await client.query<R>(text, values)).rows)),
    texts: createSharing(shared, pace, alone),
    async close() {
      await Promise.all([pool.end(), shared.end()])
    },
  }
}
