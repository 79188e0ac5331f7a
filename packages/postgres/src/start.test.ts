import { chown, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { NOBODY_ID } from './account.ts'
import { findProcess } from './linux-process.ts'
import { startPostgres } from './start.ts'
import { killNow, makeDirectory, queryOne, removeDirectory, startWriter } from './test-support/environment.ts'
import { waitFor } from './wait.ts'

const isRoot = process.getuid?.() === 0
let directory: string
let dataDir: string

beforeEach(async () => {
  directory = await makeDirectory()
  dataDir = join(directory, 'data')
})
afterEach(() => removeDirectory(directory))

test('an empty directory becomes a running server on a private socket, and a second start adopts it', async () => {
  const first = await startPostgres({ dataDir, settings: { work_mem: '7MB' } })
  const second = await startPostgres({ dataDir })
  expect(first.adopted).toBe(false)
  expect(second).toMatchObject({ adopted: true, pid: first.pid, url: first.url })
  expect(await queryOne(second.url, `current_setting('work_mem')`)).toBe('7MB')
  expect(await queryOne(second.url, `current_setting('fsync')`)).toBe('on')
  expect(await queryOne(second.url, `current_setting('listen_addresses')`)).toBe('')
  expect((await stat(first.socketDir ?? '')).mode & 0o777).toBe(0o700)
  await second.stop()
  expect(await findProcess(first.pid ?? 0)).toBeUndefined()
  await first.stop()
})

test('concurrent starts end up on one server', async () => {
  const all = await Promise.all([1, 2, 3].map(() => startPostgres({ dataDir, settings: { fsync: 'off' } })))
  expect(new Set(all.map(({ pid }) => pid)).size).toBe(1)
  expect(all.filter(({ adopted }) => !adopted)).toHaveLength(1)
  await all[0]?.stop()
})

test('a server outlives its killed parent and is adopted with its rows', async () => {
  const writer = await startWriter(dataDir, false)
  await killNow(writer.child)
  const database = await startPostgres({ dataDir })
  expect(database).toMatchObject({ adopted: true, pid: writer.report.pid })
  expect(await queryOne(database.url, 'select writer from kept')).toBe(writer.child.pid)
  await database.stop()
})

test('a server dies with its killed parent, and the next start finds the committed rows', async () => {
  const writer = await startWriter(dataDir, true)
  await killNow(writer.child)
  const gone = await waitFor(async () => ((await findProcess(writer.report.pid)) ? undefined : true), 20_000)
  expect(gone).toBe(true)
  const database = await startPostgres({ dataDir })
  expect(database.adopted).toBe(false)
  expect(await queryOne(database.url, 'select writer from kept')).toBe(writer.child.pid)
  await database.stop()
})

test('committed rows survive kill -9 of the server, at once and with its parent', async () => {
  const writer = await startWriter(dataDir, true)
  process.kill(writer.report.pid, 'SIGKILL')
  const recovered = await startPostgres({ dataDir })
  expect(recovered.adopted).toBe(false)
  expect(await queryOne(recovered.url, 'select writer from kept')).toBe(writer.child.pid)
  await queryOne(recovered.url, `select pg_logical_emit_message(true, 'x', 'y')::text`)
  process.kill(recovered.pid ?? 0, 'SIGKILL')
  await killNow(writer.child)
  const again = await startPostgres({ dataDir })
  expect(await queryOne(again.url, 'select count(*)::int from kept')).toBe(1)
  await again.stop()
})

test('a killed server that nobody reaps, a zombie, is not taken for a live one', async () => {
  const writer = await startWriter(dataDir, true)
  writer.child.kill('SIGSTOP')
  process.kill(writer.report.pid, 'SIGKILL')
  const database = await startPostgres({ dataDir })
  expect(() => process.kill(writer.report.pid, 0)).not.toThrow()
  expect(database.adopted).toBe(false)
  expect(await queryOne(database.url, 'select writer from kept')).toBe(writer.child.pid)
  await database.stop()
  await killNow(writer.child)
})

test('a pid file that names a foreign live process is stale', async () => {
  const first = await startPostgres({ dataDir })
  const pidFile = await readFile(join(dataDir, 'postmaster.pid'), 'utf8')
  await first.stop()
  await writeFile(join(dataDir, 'postmaster.pid'), pidFile.replace(/^\d+/, String(process.pid)))
  const second = await startPostgres({ dataDir })
  expect(second.adopted).toBe(false)
  await second.stop()
})

test.skipIf(!isRoot)('root starts the server as the user who owns the data directory', async () => {
  await mkdir(dataDir, { mode: 0o700 })
  await chown(dataDir, NOBODY_ID, NOBODY_ID)
  const database = await startPostgres({ dataDir })
  const status = await readFile(`/proc/${database.pid}/status`, 'utf8')
  expect(/^Uid:\t(\d+)/m.exec(status)?.[1]).toBe(String(NOBODY_ID))
  expect(await queryOne(database.url, '1')).toBe(1)
  await database.stop()
})

test.skipIf(!isRoot)('a user who is not root can start it', async () => {
  await chown(directory, NOBODY_ID, NOBODY_ID)
  const writer = await startWriter(dataDir, true, NOBODY_ID)
  expect(writer.report).toMatchObject({ adopted: false, uid: NOBODY_ID })
  await killNow(writer.child)
})

test('a database of another major version is refused with the way out', async () => {
  await mkdir(dataDir)
  await writeFile(join(dataDir, 'PG_VERSION'), '13\n')
  await expect(startPostgres({ dataDir })).rejects.toMatchObject({
    code: 'DATA_DIR_OTHER_VERSION',
    message: expect.stringContaining('made by PostgreSQL 13'),
    remedy: expect.stringContaining('pg_dumpall'),
  })
})

test('a directory with other files is refused', async () => {
  await mkdir(dataDir)
  await writeFile(join(dataDir, 'letter.txt'), 'dear reader')
  await expect(startPostgres({ dataDir })).rejects.toMatchObject({ code: 'DATA_DIR_NOT_USABLE' })
})

test('a taken port and a wrong setting are named', async () => {
  const holder = createServer()
  await new Promise<void>((resolve) => holder.listen(27_431, '127.0.0.1', resolve))
  await expect(startPostgres({ dataDir, port: 27_431 })).rejects.toMatchObject({ code: 'PORT_IN_USE' })
  holder.close()
  const wrong = startPostgres({ dataDir, settings: { shared_bufers: '1GB' } })
  await expect(wrong).rejects.toMatchObject({
    code: 'SETTING_INVALID',
    message: expect.stringContaining('shared_bufers'),
  })
})
