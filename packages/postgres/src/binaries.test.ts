import { chmod, chown, cp, mkdir, readlink, rm } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { NOBODY_ID } from './account.ts'
import { locateBinaries, restoreSymlinks } from './binaries.ts'
import { startPostgres } from './start.ts'
import { makeDirectory, queryOne, removeDirectory } from './test-support/environment.ts'

let directory: string
let packageDir: string

beforeEach(async () => {
  directory = await makeDirectory()
  const installed = await locateBinaries()
  packageDir = join(directory, 'closed/package')
  await cp(dirname(installed.nativeDir), packageDir, { recursive: true, verbatimSymlinks: true })
  await rm(join(packageDir, 'native/lib/libicuuc.so.60'), { force: true })
})
afterEach(() => removeDirectory(directory))

test('links that npm did not unpack are made again', async () => {
  const binaries = await locateBinaries(packageDir)
  expect(await restoreSymlinks(binaries)).toBe(true)
  expect(await readlink(join(packageDir, 'native/lib/libicuuc.so.60'))).toBe('libicuuc.so.60.2')
})

test.skipIf(process.getuid?.() !== 0)('binaries that the server may not reach are copied beside the data', async () => {
  await chmod(join(directory, 'closed'), 0o700)
  const dataDir = join(directory, 'data')
  await mkdir(dataDir)
  await chown(dataDir, NOBODY_ID, NOBODY_ID)
  const database = await startPostgres({ dataDir, packageDir, settings: { fsync: 'off' } })
  const exe = await readlink(`/proc/${database.pid}/exe`)
  expect(exe.startsWith(`${dataDir}.bin/17.`)).toBe(true)
  expect(await queryOne(database.url, '1')).toBe(1)
  await database.stop()
})
