/** Versions side by side on one database. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createScratchDatabase, type Database as Server, startPostgres } from '@basalt/postgres'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Database, type Migration, migrate, node, openDatabase, schemaDdl, takeLease } from './src/index.ts'

let server: Server
let directory: string
const closing: (() => Promise<void>)[] = []

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'migrate-'))
  server = await startPostgres({ dataDir: join(directory, 'data'), settings: { fsync: 'off' } })
})
afterAll(async () => {
  for (const close of closing.reverse()) await close()
  await server.stop()
  await rm(directory, { recursive: true, force: true })
})

async function emptyDatabase(): Promise<Database> {
  const scratch = await createScratchDatabase(server.url)
  const database = openDatabase(scratch.url)
  closing.push(async () => {
    await database.close()
    await scratch.drop()
  })
  return database
}

const TASK = 'create table "task" (id uuid, epoch bigint, node text, finished_at timestamptz, created_at timestamptz)'
const FIRST: Migration = {
  name: '1',
  sql: schemaDdl([node]).replace('alter table "task"', `${TASK};\nalter table "task"`),
}
const EXPAND: Migration = { name: '2', sql: `alter table "node" add column "color" text not null default 'grey'` }
const CONTRACT: Migration = { name: '3', sql: 'alter table "node" drop column "description"', phase: 'contract' }

const nodeOf = (database: Database, softwareVersion: string) =>
  takeLease({
    database,
    facts: { node: `node-${softwareVersion.replaceAll('.', '-')}`, apiUrl: '', agentUrl: '', softwareVersion },
    onSuperseded() {},
    onError() {},
  })

test('[core.mn-ha] the version before runs on what the newer one has added', async () => {
  const database = await emptyDatabase()
  await migrate(database, [FIRST, EXPAND], '2')
  expect(await migrate(database, [FIRST], '1')).toEqual([])
  const old = await nodeOf(database, '1')
  expect(old.nodes().map(({ name, alive }) => ({ name, alive }))).toEqual([{ name: 'node-1', alive: true }])
  await old.release()
})

test('[core.mn-ha] a step that takes away waits for nodes of the version before, and shuts it out afterwards', async () => {
  const database = await emptyDatabase()
  await migrate(database, [FIRST], '1')
  const old = await nodeOf(database, '1')
  await expect(migrate(database, [FIRST, EXPAND, CONTRACT], '2')).rejects.toThrow('upgrade or stop node-1 (1) first')
  // Nothing of the newer version was left half-way.
  expect(await migrate(database, [FIRST], '1')).toEqual([])
  await old.release()
  expect(await migrate(database, [FIRST, EXPAND, CONTRACT], '2')).toEqual(['2', '3'])
  await expect(migrate(database, [FIRST, EXPAND], '1')).rejects.toThrow('run the newer build')
})

test('a migration that was edited after it ran is refused', async () => {
  const database = await emptyDatabase()
  await migrate(database, [FIRST])
  await expect(migrate(database, [{ ...FIRST, sql: 'select 1' }])).rejects.toThrow('was changed after it ran')
})
