import { appendFile, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type GuestFiles, openGuestFiles } from './guest-files.ts'

const vm = '11111111-0000-4000-8000-000000000001'
const spec = { vm, title: '', hostname: 'web', vcpus: 1, memoryBytes: 1, disks: [], nics: [], userData: '#!/bin/sh\n' }
let directory: string
let files: GuestFiles

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'guest-files-'))
  files = await openGuestFiles(directory)
})
afterEach(() => rm(directory, { recursive: true, force: true }))

test('[vm.userdata] the seed is a private vfat image labelled CIDATA', async () => {
  await files.prepare(spec)
  const seed = await readFile(files.seedPath(vm), 'latin1')
  for (const part of ['CIDATA', `instance-id: "${vm}"`, 'local-hostname: web', '#!/bin/sh'])
    expect(seed).toContain(part)
  expect((await stat(files.seedPath(vm))).mode & 0o777).toBe(0o600)
})

test('[vm.console] the log is read from its end, and starts afresh with each run', async () => {
  expect(await files.readConsole(vm, 100)).toEqual({ text: '', truncated: false })
  await writeFile(files.consoleLogPath(vm), 'one two three')
  expect(await files.readConsole(vm, 5)).toEqual({ text: 'three', truncated: true })
  expect(await files.readConsole(vm, 100)).toEqual({ text: 'one two three', truncated: false })
  await files.prepare(spec)
  expect(await files.readConsole(vm, 100)).toEqual({ text: '', truncated: false })
})

test('a log that outgrows its limit keeps its end', async () => {
  await writeFile(files.consoleLogPath(vm), 'x'.repeat(1000))
  await appendFile(files.consoleLogPath(vm), 'the end')
  await files.boundConsoles(100)
  const { text } = await files.readConsole(vm, 1000)
  expect(text).toHaveLength(50)
  expect(text).toMatch(/the end$/)
})

test('nothing of a removed guest is left, and nothing of another is touched', async () => {
  const other = vm.replace(/1$/, '2')
  await writeFile(files.consoleLogPath(vm), 'old')
  await files.prepare(spec)
  await files.prepare({ ...spec, vm: other })
  await files.removeAll(vm)
  await files.removeAll(vm)
  expect(await readdir(join(directory, 'seeds'))).toEqual([`${other}.img`])
  expect(await readdir(join(directory, 'consoles'))).toEqual([])
})
