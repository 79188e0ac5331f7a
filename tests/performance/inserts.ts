/** A yardstick: rows made durable by plain `pg`, those that wait together in one statement. */
import { openDatabase } from '@basalt/kernel'
import { scratchDatabase } from '@basalt/testkit'

const ROUND_MS = 1_500

export interface Inserts {
  /** Units of `records` rows made durable one after the other, a second, by so many callers. */
  perSecond(callers: number): Promise<number>
  close(): Promise<void>
}

/** @param records how many rows, each in a flush of its own, make a unit */
export async function groupCommittedInserts(records: number): Promise<Inserts> {
  const scratch = await scratchDatabase()
  const database = openDatabase(scratch.url, { maxConnections: 2 })
  await database.script('create table record (id bigint generated always as identity primary key, data jsonb)')
  let waiting: (() => void)[] = []
  let flushing = false

  async function flush(): Promise<void> {
    flushing = true
    await new Promise((resolve) => setImmediate(resolve))
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      const rows = JSON.stringify(
        batch.map((_, index) => ({ index, step: 'a step', output: { pool: 'a', host: 'b' } })),
      )
      await database.query('insert into record (data) select jsonb_array_elements($1::jsonb)', [rows])
      for (const done of batch) done()
    }
    flushing = false
  }
  const insert = (): Promise<void> =>
    new Promise((resolve) => {
      waiting.push(resolve)
      if (!flushing) void flush()
    })

  return {
    async perSecond(callers) {
      const began = performance.now()
      let done = 0
      const caller = async (): Promise<void> => {
        while (performance.now() - began < ROUND_MS) {
          for (let record = 0; record < records; record++) await insert()
          done++
        }
      }
      await Promise.all(Array.from({ length: callers }, caller))
      return done / ((performance.now() - began) / 1000)
    },
    async close() {
      await database.close()
      await scratch.drop()
    },
  }
}
