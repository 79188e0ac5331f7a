/** Databases to try migrations on: one PostgreSQL, which is started when it is first needed. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Database, openDatabase } from '@basalt/kernel'
import { createScratchDatabase, startPostgres } from '@basalt/postgres'

export interface Scratch {
  /** An empty database. */
  database(): Promise<Database & { url: string }>
  close(): Promise<void>
}

export function createScratch(): Scratch {
  const closing: (() => Promise<void>)[] = []
  let server: Promise<string> | undefined
  async function start(): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), 'migrations-'))
    const { url, stop } = await startPostgres({ dataDir: join(directory, 'data'), settings: { fsync: 'off' } })
    closing.push(async () => {
      await stop()
      await rm(directory, { recursive: true, force: true })
    })
    return url
  }
  return {
    async database() {
      server ??= start()
      const scratch = await createScratchDatabase(await server)
      const database = openDatabase(scratch.url)
      closing.push(async () => {
        await database.close()
        await scratch.drop()
      })
      return { ...database, url: scratch.url }
    },
    async close() {
      for (const end of closing.reverse()) await end()
    },
  }
}
