import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { resolveDatabase } from './resolve.ts'
import { createScratchDatabase } from './scratch.ts'
import { type Database, startPostgres } from './start.ts'
import { makeDirectory, queryOne, removeDirectory } from './test-support/environment.ts'

let directory: string
let server: Database

beforeAll(async () => {
  directory = await makeDirectory()
  server = await startPostgres({ dataDir: join(directory, 'data'), settings: { fsync: 'off' } })
})
afterAll(async () => {
  await server.stop()
  await removeDirectory(directory)
})

test('DATABASE_URL wins over the embedded server and is not stopped', async () => {
  const database = await resolveDatabase({ DATABASE_URL: server.url }, { dataDir: join(directory, 'unused') })
  expect(database).toMatchObject({ url: server.url, adopted: true, pid: undefined })
  await database.stop()
  expect(await queryOne(server.url, '1')).toBe(1)
})

test('without DATABASE_URL the embedded server is used', async () => {
  const database = await resolveDatabase({}, { dataDir: join(directory, 'data') })
  expect(database.pid).toBe(server.pid)
})

test('an address that is wrong or silent is refused without telling the password', async () => {
  const embedded = { dataDir: join(directory, 'unused') }
  await expect(resolveDatabase({ DATABASE_URL: 'mysql://a:geheim@b/c' }, embedded)).rejects.toMatchObject({
    code: 'DATABASE_URL_INVALID',
    message: expect.not.stringContaining('geheim'),
  })
  await expect(
    resolveDatabase({ DATABASE_URL: 'postgresql://a:geheim@127.0.0.1:9/c' }, embedded),
  ).rejects.toMatchObject({
    code: 'DATABASE_UNREACHABLE',
    message: expect.not.stringContaining('geheim'),
  })
})

test('scratch databases do not see each other and go away', async () => {
  const [one, two] = await Promise.all([createScratchDatabase(server.url), createScratchDatabase(server.url)])
  await queryOne(one.url, `select set_config('a.b', 'c', false)`)
  expect(await queryOne(one.url, 'current_database()')).toBe(one.name)
  expect(await queryOne(two.url, 'current_database()')).toBe(two.name)
  await Promise.all([one.drop(), two.drop()])
  expect(await queryOne(server.url, `select count(*)::int from pg_database where datname like 'scratch%'`)).toBe(0)
})
