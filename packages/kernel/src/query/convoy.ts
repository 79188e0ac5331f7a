/**
 * Statements that go on one connection together, one after the other without waiting for each other's answers: the database begins the next
 * without having to be asked for it. Only those known to be quick do, since each waits for those before it.
 */
import type pg from 'pg'

/** Known by how long one of the same text took last: many lists are asked for again and again, about other ids. */
const QUICK_MS = 20
/** Statements of a convoy. If one is not as quick as it was, so many wait for it. */
const MOST_TOGETHER = 4
const MAX_TEXTS = 1_000

interface Statement {
  text: string
  run(client: pg.PoolClient): Promise<unknown>
  resolve(answer: never): void
  reject(error: unknown): void
}

/** How long statements took last, by their texts. */
function createPace() {
  const tookMs = new Map<string, number>()
  return {
    isQuick: (text: string): boolean => (tookMs.get(text) ?? Number.POSITIVE_INFINITY) <= QUICK_MS,
    took(text: string, ms: number): void {
      tookMs.delete(text)
      if (tookMs.size >= MAX_TEXTS) tookMs.delete(tookMs.keys().next().value as string)
      tookMs.set(text, ms)
    },
  }
}

/** @returns runs a statement on a connection of the pool; those that come while it waits for one may join it */
export function createConvoys(
  pool: pg.Pool,
): <T>(text: string, run: (client: pg.PoolClient) => Promise<T>) => Promise<T> {
  const pace = createPace()
  let waiting: Statement[] | undefined

  /** @returns the error that one of them ended with */
  async function runAll(client: pg.PoolClient, convoy: readonly Statement[]): Promise<Error | undefined> {
    let since = performance.now()
    let failed: Error | undefined
    const ends = convoy.map(async ({ text, run, resolve, reject }) => {
      try {
        resolve((await run(client)) as never)
      } catch (error) {
        failed = error as Error
        reject(error)
      }
      // Each begins when the one before has ended.
      const now = performance.now()
      pace.took(text, now - since)
      since = now
    })
    await Promise.all(ends)
    return failed
  }

  async function ride(convoy: readonly Statement[]): Promise<void> {
    const client = await pool.connect().finally(() => {
      if (waiting === convoy) waiting = undefined
    })
    // A connection that breaks tells its statements, too, and an error without a listener ends the process.
    const ignore = (): void => {}
    client.on('error', ignore)
    const failed = await runAll(client, convoy)
    client.off('error', ignore)
    client.release(failed)
  }

  return (text, run) =>
    new Promise((resolve, reject) => {
      const statement: Statement = { text, run, resolve, reject }
      const isQuick = pace.isQuick(text)
      if (isQuick && waiting && waiting.length < MOST_TOGETHER) return void waiting.push(statement)
      const convoy = [statement]
      if (isQuick) waiting = convoy
      ride(convoy).catch((error: unknown) => {
        for (const each of convoy) each.reject(error)
      })
    })
}
