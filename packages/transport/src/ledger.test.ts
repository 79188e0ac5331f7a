import { appendFile, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Result } from '@basalt/contracts'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { openLedger } from './ledger.ts'

let directory: string
let path: string

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'basalt-ledger-'))
  path = join(directory, 'ledger')
})
afterEach(() => rm(directory, { recursive: true, force: true }))

const done = (id: string, value: unknown = null): Result => ({ type: 'result', id, ok: true, value })

test('results and epochs outlive the process', async () => {
  const first = await openLedger({ path })
  await first.record(done('a', { size: 1 }))
  await first.raiseEpoch('vm', 7)
  await first.raiseEpoch('vm', 3)
  // Not closed: a killed process does not close either.
  const second = await openLedger({ path })
  expect(second.resultOf('a')).toEqual(done('a', { size: 1 }))
  expect(second.highestEpoch('vm')).toBe(7)
  expect(second.highestEpoch('other')).toBe(0)
  await Promise.all([first.close(), second.close()])
})

test('a line that was torn by a crash is dropped, and writing goes on behind the rest', async () => {
  const first = await openLedger({ path })
  await first.record(done('a'))
  await first.close()
  const whole = await readFile(path)
  await appendFile(path, whole.subarray(0, whole.length / 2))
  const second = await openLedger({ path })
  await second.record(done('b'))
  await second.close()
  const third = await openLedger({ path })
  expect([third.resultOf('a'), third.resultOf('b')]).toEqual([done('a'), done('b')])
  await third.close()
})

test('damage in the middle is refused, not skipped', async () => {
  const ledger = await openLedger({ path })
  await ledger.raiseEpoch('vm', 9)
  await ledger.record(done('a'))
  await ledger.close()
  const text = await readFile(path, 'utf8')
  await writeFile(path, text.replace('"epoch":9', '"epoch":1'))
  await expect(openLedger({ path })).rejects.toMatchObject({ code: 'LEDGER_DAMAGED' })
})

test('acknowledged and expired results go away, and the file stays small', async () => {
  let nowMs = 1_000_000
  const options = { path, compactAboveBytes: 16_384, retentionMs: 1000, now: () => nowMs }
  const ledger = await openLedger(options)
  await ledger.raiseEpoch('vm', 5)
  await ledger.record(done('old'))
  nowMs += 5000
  await ledger.record(done('kept'))
  for (let round = 0; round < 200; round++) {
    const ids = Array.from({ length: 10 }, (_, index) => `${round}-${index}`)
    await Promise.all(ids.map((id) => ledger.record(done(id, 'x'.repeat(100)))))
    for (const id of ids) ledger.acknowledge(id)
  }
  await ledger.close()
  expect((await stat(path)).size).toBeLessThan(64 * 1024)
  const again = await openLedger(options)
  expect(again.highestEpoch('vm')).toBe(5)
  expect(again.resultOf('kept')).toEqual(done('kept'))
  expect(again.resultOf('old')).toBeUndefined()
  expect(again.resultOf('7-7')).toBeUndefined()
  await again.close()
})
