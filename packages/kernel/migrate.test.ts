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

test('[core.mn-ha] a node that needs nothing of what was taken away is started again on the contracted schema', async () => {
  const database = await emptyDatabase()
  await migrate(database, [FIRST, EXPAND, { ...CONTRACT, unneededSince: '0.9.0' }], '0.10.0')
  expect(await migrate(database, [FIRST, EXPAND], '0.9.0')).toEqual([])
  await expect(migrate(database, [FIRST], '0.8.9')).rejects.toThrow('run the newer build')
})

test('[core.mn-ha] nodes that start at once on an empty database make its tables once', async () => {
  const database = await emptyDatabase()
  const applied = await Promise.all(Array.from({ length: 5 }, () => migrate(database, [FIRST, EXPAND], '1')))
  expect(applied.flat().sort()).toEqual(['1', '2'])
})

test('[core.mn-ha] a migration that fails says which, why and what to do, and nothing of it or of those before is there', async () => {
  const database = await emptyDatabase()
  await migrate(database, [FIRST], '1')
  const broken: Migration = { name: '3', sql: 'create table "half" (id uuid);\nselect 1 / 0;\n' }
  await expect(migrate(database, [FIRST, EXPAND, broken], '2')).rejects.toThrow(
    'the migration 3 failed: division by zero. The database is as it was before: nodes of the version before go on; start this one again when the cause is mended, or install the version that was there',
  )
  const [there] = await database.query(
    `select to_regclass('half') is null as "noTable", not exists (select 1 from information_schema.columns where table_name = 'node' and column_name = 'color') as "noColumn"`,
  )
  expect(there).toEqual({ noTable: true, noColumn: true })
  expect(await migrate(database, [FIRST, EXPAND, { ...broken, sql: 'select 1' }], '2')).toEqual(['2', '3'])
})

test('a statement ends at the end of a line, and the body of a function has statements of its own', async () => {
  const database = await emptyDatabase()
  const sql = `create function twice(n int) returns int language plpgsql as $$
begin
  n := n * 2;
  return n;
end $$;
create table "made" as select twice(21) as n;
`
  expect(await migrate(database, [{ name: '1', sql }])).toEqual(['1'])
  expect(await database.query('select n from "made"')).toEqual([{ n: 42 }])
})

test('a migration that was edited after it ran is refused', async () => {
  const database = await emptyDatabase()
  await migrate(database, [FIRST])
  await expect(migrate(database, [{ ...FIRST, sql: 'select 1' }])).rejects.toThrow('was changed after it ran')
})
