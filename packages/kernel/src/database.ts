/** PostgreSQL connections with the value types we use: 64-bit integers as numbers, times as RFC 3339 text. */
import { createHash } from 'node:crypto'
import pg from 'pg'
import { listenTo } from './listen.ts'

const INT8 = 20
const TIMESTAMPTZ = 1184

function toRfc3339(value: string): string {
  return new Date(value).toISOString()
}

const types = {
  getTypeParser(oid: number, format?: 'text' | 'binary') {
    if (oid === INT8) return Number
    if (oid === TIMESTAMPTZ) return toRfc3339
    return pg.types.getTypeParser(oid, format as 'text')
  },
} as pg.CustomTypesConfig

const names = new Map<string, string>()

/** Statements are prepared once per connection under a name made from their text. */
function nameOf(text: string): string {
  let name = names.get(text)
  if (!name) {
    name = createHash('sha256').update(text).digest('base64url').slice(0, 32)
    if (names.size < 4096) names.set(text, name)
  }
  return name
}

export type Row = Record<string, unknown>

export type Query = <R extends Row = Row>(text: string, values?: unknown[]) => Promise<R[]>

export interface Database {
  query: Query
  /** Run `work` in one transaction; any error rolls it back. */
  transaction<T>(work: (query: Query) => Promise<T>): Promise<T>
  /**
   * Be told of each NOTIFY on the channel; some may be missed while the database is away, so `onNotice` is also called when it is
   * back. Returns a function that ends it.
   */
  listen(channel: string, onNotice: () => void): () => void
  /** Run plain SQL with several statements, as migrations need. */
  script(sql: string): Promise<void>
  close(): Promise<void>
}

const queryOn =
  (client: pg.Pool | pg.PoolClient): Query =>
  async <R extends Row>(text: string, values: unknown[] = []) =>
    (await client.query<R>({ name: nameOf(text), text, values })).rows

/** Open a pool. `url` as PostgreSQL knows it, also with a socket directory as host. */
export function openDatabase(url: string, options: { maxConnections?: number } = {}): Database {
  const pool = new pg.Pool({
    connectionString: url,
    max: options.maxConnections ?? 10,
    types,
    connectionTimeoutMillis: 5_000,
    statement_timeout: 30_000,
    // Plans of tables that were empty when first planned turn bad as they grow.
    options: '-c plan_cache_mode=force_custom_plan -c timezone=UTC',
  })
  // An idle connection that breaks is replaced at the next query; the query's own error is what counts.
  pool.on('error', () => {})
  return {
    query: queryOn(pool),
    async transaction(work) {
      const client = await pool.connect()
      let broken: Error | undefined
      try {
        await client.query('begin')
        const result = await work(queryOn(client))
        await client.query('commit')
        return result
      } catch (error) {
        await client.query('rollback').catch((rollbackError: Error) => {
          broken = rollbackError
        })
        throw error
      } finally {
        client.release(broken)
      }
    },
    listen: (channel, onNotice) => listenTo(url, channel, onNotice),
    async script(sql) {
      await pool.query(sql)
    },
    close: () => pool.end(),
  }
}
