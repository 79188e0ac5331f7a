/** The server that is measured: as durable as the one that comes with the platform, unlike that of tests. */
import { join } from 'node:path'
import { type Database, openDatabase } from '@basalt/kernel'
import { startPostgres } from '@basalt/postgres'
import { tellParent } from '../harness/messages.ts'
import type { DatabaseFacts } from '../harness/result-file.ts'

export interface BenchServer {
  url: string
  pid: number
  stop(): Promise<void>
}

const FACTS = `select current_setting('server_version') as version, current_setting('fsync') as fsync,
  current_setting('synchronous_commit') as "synchronousCommit"`

export async function tellDatabase(database: Database): Promise<void> {
  const [facts] = await database.query<{ [Fact in keyof DatabaseFacts]: string }>(FACTS)
  if (facts) tellParent({ type: 'database', facts })
}

export async function startServer(directory: string): Promise<BenchServer> {
  const server = await startPostgres({ dataDir: join(directory, 'postgres'), settings: { max_connections: '200' } })
  const database = openDatabase(server.url, { maxConnections: 1 })
  await tellDatabase(database).finally(() => database.close())
  return { url: server.url, pid: server.pid ?? 0, stop: () => server.stop() }
}
