/** One PostgreSQL for all tests of a process; each environment has a database of its own in it. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createScratchDatabase, type ScratchDatabase, startPostgres } from '@basalt/postgres'

interface Shared {
  url: string
  users: number
  stop(): Promise<void>
}

let shared: Promise<Shared> | null = null

async function start(): Promise<Shared> {
  const directory = await mkdtemp(join(tmpdir(), 'testkit-postgres-'))
  // Tests need no durability of their server, only of what is above it.
  const server = await startPostgres({
    dataDir: join(directory, 'data'),
    settings: { fsync: 'off', max_connections: '300' },
  })
  return {
    url: server.url,
    users: 0,
    async stop() {
      await server.stop()
      await rm(directory, { recursive: true, force: true })
    },
  }
}

/** A fresh database; the server stops when its last database is dropped. */
export async function scratchDatabase(): Promise<ScratchDatabase> {
  shared ??= start()
  const server = await shared
  server.users++
  const scratch = await createScratchDatabase(server.url)
  return {
    ...scratch,
    async drop() {
      await scratch.drop()
      if (--server.users > 0) return
      shared = null
      await server.stop()
    },
  }
}
