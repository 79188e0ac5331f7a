/**
 * Statements that go on one connection together, one after the other without waiting for each other's answers: the database begins the next
 * without having to be asked for it. Only those known to be quick do, since each waits for those before it.
 */
import type pg from 'pg'
import type { Pace } from './pace.ts'

/** Statements of a convoy. If one is not as quick as it was, so many wait for it. */
const MOST_TOGETHER = 4

interface Statement {
  text: string
  run(client: pg.PoolClient): Promise<unknown>
  resolve(answer: never): void
  reject(error: unknown): void
}

/** @returns runs a statement on a connection of the pool; those that come while it waits for one may join it */
export function createConvoys(
  pool: pg.Pool,
  pace: Pace,
): <T>(text: string, run: (client: pg.PoolClient) => Promise<T>) => Promise<T> {
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
