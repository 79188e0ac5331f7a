import { expect, test } from 'vitest'
import { createLog, errorFields } from './log.ts'

function record(least?: 'debug' | 'info') {
  const lines: Record<string, unknown>[] = []
  const log = createLog(least, (line) => lines.push(JSON.parse(line)))
  return { lines, log }
}

test('a line is one JSON object with time, level, message and the ids of resources', () => {
  const { lines, log } = record()
  log('info', 'command done', { vm: 'a', tookMs: 3 })
  expect(lines).toEqual([{ time: expect.any(String), level: 'info', message: 'command done', vm: 'a', tookMs: 3 }])
})

test('what matters less than asked for is left out', () => {
  const { lines, log } = record('info')
  log('debug', 'nobody asked')
  expect(lines).toEqual([])
})

test('secrets do not pass, wherever they stand', () => {
  const { lines, log } = record()
  const key = '-----BEGIN PRIVATE KEY-----\nMIG\n-----END PRIVATE KEY-----'
  log('warn', 'token basalt1.aaa-b.ccc refused', {
    ...{ token: 'x', userData: '#!/bin/sh', spec: { password: 'p' }, list: [`key ${key}`] },
    ...errorFields(new Error('outer', { cause: new Error(`inner ${key}`) })),
  })
  expect(JSON.stringify(lines)).not.toMatch(/aaa|bin\/sh|"p"|MIG/)
  expect(lines[0]).toMatchObject({ message: 'token [redacted] refused', cause: { error: 'inner [redacted]' } })
})
