/** A yardstick: rows made durable by plain `pg`, those that wait together in one statement. */
import { openDatabase } from '@basalt/kernel'
import type { Work } from './callers.ts'
import type { InsertsLoad } from './load.ts'

const TABLE = `create table if not exists bench_record (id bigint generated always as identity primary key, data jsonb)`
const INSERT = `insert into bench_record (data) select jsonb_array_elements($1::jsonb)`

/** About as long as what a change writes of one resource. */
const ROW = {
  step: 'a step',
  state: 'running',
  name: 'a name',
  output: { pool: 'a', host: 'b' },
  filler: 'x'.repeat(200),
}

export async function groupCommittedInserts({
  url,
  flushes,
  rows,
}: InsertsLoad): Promise<{ work: Work; close(): Promise<void> }> {
  const database = openDatabase(url, { maxConnections: 2 })
  await database.script(TABLE)
  let waiting: (() => void)[] = []
  let flushing = false

  async function flush(): Promise<void> {
    flushing = true
    await new Promise((resolve) => setImmediate(resolve))
    while (waiting.length > 0) {
      const batch = waiting
      waiting = []
      await database.query(INSERT, [JSON.stringify(Array.from({ length: batch.length * rows }, () => ROW))])
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
    async work() {
      for (let each = 0; each < flushes; each++) await insert()
      return 201
    },
    close: () => database.close(),
  }
}
