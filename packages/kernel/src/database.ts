/** PostgreSQL connections with the value types we use: 64-bit integers as numbers, times as RFC 3339 text. */
import { createHash } from 'node:crypto'
import pg from 'pg'
import { gatheringSocket } from './gathering-socket.ts'
import { listenTo } from './listen.ts'
import { databaseUnavailable, isConnectionError } from './pressure/outage.ts'
import { type AdHoc, openAdHoc } from './query/ad-hoc.ts'
import { askTexts, type QueryTexts, types } from './texts.ts'

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

/** How the connections are used at this moment. */
export interface PoolUse {
  open: number
  idle: number
  /** Queries that wait for a connection. */
  waiting: number
  /** Connections there may be. */
  limit: number
}

/** Every method throws `DATABASE_UNAVAILABLE` (503) when the database does not answer. */
export interface Database {
  query: Query
  texts: QueryTexts
  /** For rows by a few ids or other keys that have an index: a connection plans each statement once, to find them by that index. */
  lookUp: Query
  lookUpTexts: QueryTexts
  /** For statements made of what callers ask: with connections of their own and less time. */
  adHoc: Query
  adHocTexts: AdHoc['texts']
  /** Run `work` in one transaction; any error rolls it back. */
  transaction<T>(work: (query: Query) => Promise<T>): Promise<T>
  /** The same for the few statements that are written again and again, each for many rows by their ids, planned as look-ups are. */
  flush<T>(work: (query: Query) => Promise<T>): Promise<T>
  /**
   * Be told of each NOTIFY on the channel. Some may be missed before it listens, and while the database is away, so `onNotice` is also
   * called as soon as it listens, at first and again. Returns a function that ends it.
   */
  listen(channel: string, onNotice: () => void): () => void
  /** Run plain SQL with several statements, as migrations need. */
  script(sql: string): Promise<void>
  use(): PoolUse
  close(): Promise<void>
}

export interface DatabaseOptions {
  maxConnections?: number
  /** Give a statement up when the database does not answer for so long. */
  timeoutMs?: number
  /** How long a statement of `adHoc` may take. */
  adHocTimeoutMs?: number
  /** How long any other statement may take; 30 s unless told. */
  statementTimeoutMs?: number
  /** Told when the database stops answering, with the error, and when it answers again. */
  onChange?(answers: boolean, error?: unknown): void
}

const STATEMENT_TIMEOUT_MS = 30_000
const IDLE_TIMEOUT_MS = 4_000
/** So much longer than the server's own limit: it strikes when the server has vanished without a word. */
const READ_GRACE_MS = 5_000

/** Connections for whatever is not one of those below. */
const OTHERS = 6
/** Connections that look rows up; each is done in a moment. */
const LOOK_UPS = 4
/** Connections for flushes: one that writes, and one for its successor while the former is lost. */
const FLUSHES = 2

/** Plans of tables that were empty when first planned turn bad as they grow. */
const PLANS_ANEW = { plan_cache_mode: 'force_custom_plan' }
/** Whatever statistics said when it was planned, it stays right: rows are found by index, and joined to what is given one by one. */
const PLANS_ONCE = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
}

/** What we ask is over before it would be compiled. */
const serverOptions = (settings: Record<string, string>): string =>
  Object.entries({ ...settings, jit: 'off', timezone: 'UTC' })
    .map(([name, value]) => `-c ${name}=${value}`)
    .join(' ')

/** Turns errors of the connection into `DATABASE_UNAVAILABLE`, and notices when the database goes and comes. */
function createWatch(onChange: NonNullable<DatabaseOptions['onChange']>) {
  let answers = true
  return {
    well(): void {
      if (answers) return
      answers = true
      onChange(true)
    },
    /** @param settled whether it is certain that nothing was changed */
    told(error: unknown, settled = true): unknown {
      if (!isConnectionError(error)) return error
      if (answers) {
        answers = false
        onChange(false, error)
      }
      return databaseUnavailable(error, settled)
    },
  }
}

const sum = (pools: readonly pg.Pool[], of: (pool: pg.Pool) => number): number =>
  pools.reduce((total, pool) => total + of(pool), 0)

const queryOn =
  (client: pg.Pool | pg.PoolClient): Query =>
  async <R extends Row>(text: string, values: unknown[] = []) =>
    (await client.query<R>({ name: nameOf(text), text, values })).rows

/** Open a pool. `url` as PostgreSQL knows it, also with a socket directory as host. */
export function openDatabase(url: string, options: DatabaseOptions = {}): Database {
  const { statementTimeoutMs = STATEMENT_TIMEOUT_MS } = options
  const config: pg.PoolConfig = {
    connectionString: url,
    max: options.maxConnections ?? OTHERS,
    types,
    keepAlive: true,
    stream: gatheringSocket,
    connectionTimeoutMillis: options.timeoutMs ?? 5_000,
    statement_timeout: statementTimeoutMs,
    query_timeout: options.timeoutMs ?? statementTimeoutMs + READ_GRACE_MS,
    // A node that stands still in the middle of a transaction must not hold its locks against whoever takes over.
    idle_in_transaction_session_timeout: IDLE_TIMEOUT_MS,
    options: serverOptions(PLANS_ANEW),
  }
  // What a transaction asks for at once goes out at once, and is answered in turn.
  const pool = new pg.Pool({ ...config, pipeline: true })
  const once = { ...config, pipeline: true, options: serverOptions(PLANS_ONCE) }
  const lookUps = new pg.Pool({ ...once, max: LOOK_UPS })
  const flushes = new pg.Pool({ ...once, max: FLUSHES })
  const pools = [pool, lookUps, flushes]
  const adHoc = openAdHoc(config, options.adHocTimeoutMs)
  // An idle connection that breaks is replaced at the next query; the query's own error is what counts.
  const ignore = (): void => {}
  for (const each of pools) each.on('error', ignore)
  const watch = createWatch(options.onChange ?? ignore)

  /** A connection of one's own. It may break between two queries, and an error without a listener ends the process. */
  async function connect(from: pg.Pool): Promise<pg.PoolClient> {
    try {
      const client = await from.connect()
      client.on('error', ignore)
      return client
    } catch (error) {
      throw watch.told(error)
    }
  }

  async function transactionOn<T>(from: pg.Pool, work: (query: Query) => Promise<T>): Promise<T> {
    const client = await connect(from)
    let broken: Error | undefined
    let committing = false
    try {
      // Not sent together with what follows: were it cancelled alone, the rest would be durable one by one.
      await client.query('begin')
      const result = await work(queryOn(client))
      committing = true
      await client.query('commit')
      watch.well()
      return result
    } catch (error) {
      if (isConnectionError(error)) broken = error as Error
      else
        await client.query('rollback').catch((rollbackError: Error) => {
          broken = rollbackError
        })
      throw watch.told(error, !committing)
    } finally {
      client.off('error', ignore)
      client.release(broken)
    }
  }

  async function watched<T>(work: Promise<T>): Promise<T> {
    try {
      const result = await work
      watch.well()
      return result
    } catch (error) {
      throw watch.told(error)
    }
  }

  const [onPool, onLookUps] = [queryOn(pool), queryOn(lookUps)]
  return {
    query: (text, values) => watched(onPool(text, values)),
    texts: (text, values = []) => watched(askTexts(pool, text, values, nameOf(text))),
    lookUp: (text, values) => watched(onLookUps(text, values)),
    lookUpTexts: (text, values = []) => watched(askTexts(lookUps, text, values, nameOf(text))),
    adHoc: (text, values) => watched(adHoc.query(text, values)),
    adHocTexts: (question) => watched(adHoc.texts(question)),
    transaction: (work) => transactionOn(pool, work),
    flush: (work) => transactionOn(flushes, work),
    listen: (channel, onNotice) => listenTo(url, channel, onNotice),
    script: (sql) => watched(pool.query(sql).then(ignore)),
    use: () => ({
      open: sum(pools, ({ totalCount }) => totalCount),
      idle: sum(pools, ({ idleCount }) => idleCount),
      waiting: sum(pools, ({ waitingCount }) => waitingCount),
      limit: sum(pools, ({ options: { max } }) => max),
    }),
    async close() {
      await Promise.all([...pools.map((each) => each.end()), adHoc.close()])
    },
  }
}
