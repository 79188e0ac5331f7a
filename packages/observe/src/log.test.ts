import { setImmediate as turn } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { capture, note, outside, within, withSpan } from './context.ts'
import { createLog, errorFields, type LogOptions } from './log.ts'
import { createTracer, inSpan } from './trace.ts'

function record(options: LogOptions = {}) {
  const lines: Record<string, unknown>[] = []
  return { lines, log: createLog({ ...options, write: (line) => lines.push(JSON.parse(line)) }) }
}

test('a line has time, level, message, the facts of the program and of what is being worked on', async () => {
  const { lines, log } = record({ facts: { node: 'node-1' } })
  await within({ request: 'r1' }, async () => {
    await turn()
    note({ user: 'u1' })
    within({ task: 't1' }, () => log.info('begun', { ms: 3 }))
    outside(() => log.info('elsewhere'))
  })
  expect(lines).toEqual([
    {
      time: expect.any(String),
      level: 'info',
      message: 'begun',
      node: 'node-1',
      request: 'r1',
      user: 'u1',
      task: 't1',
      ms: 3,
    },
    { time: expect.any(String), level: 'info', message: 'elsewhere', node: 'node-1' },
  ])
})

test('work that goes on side by side keeps its own ids', async () => {
  const { lines, log } = record()
  const work = (request: string) =>
    within({ request }, async () => {
      for (let round = 0; round < 3; round++) await turn()
      log.info('done')
    })
  await Promise.all([work('a'), work('b')])
  expect(lines.map(({ request }) => request).sort()).toEqual(['a', 'b'])
})

test('a listener that is called from elsewhere finds the context it captured, with later notes', () => {
  const { lines, log } = record()
  const back = within({ request: 'r' }, () => {
    const captured = capture()
    note({ user: 'u' })
    return captured
  })
  back(() => log.info('closed'))
  expect(lines[0]).toMatchObject({ request: 'r', user: 'u' })
})

test('lines under a span name its trace', async () => {
  const { lines, log } = record()
  const span = createTracer({ onEnd() {} }).start('request')
  if (!span) throw new Error('not sampled')
  await withSpan(span, () => inSpan('step', {}, async () => log.info('in a step')))
  expect(lines[0]?.trace).toBe(span.traceId)
})

test('what matters less than the level is left out, and the level can be changed', () => {
  const { lines, log } = record({ level: 'warn' })
  log.info('quiet')
  log.setLevel('debug')
  log.debug('heard')
  expect(lines.map(({ message }) => message)).toEqual(['heard'])
})

test('secrets do not pass into logs, whatever their name, place or form', () => {
  const { lines, log } = record({ secretNames: ['payload'] })
  const key = '-----BEGIN PRIVATE KEY-----\nMIGsecret1\n-----END PRIVATE KEY-----'
  log.error('token basalt1.secret2-b.ccc refused', {
    ...{
      password: 'secret3',
      userData: 'secret4',
      payload: { any: 'secret5' },
      headers: { Authorization: 'Bearer secret6x' },
    },
    ...{ text: 'sent Authorization: Bearer secret7abcdef', url: 'postgres://root:secret8@db:5432/x', list: [key] },
    ...{ link: 'https://host/v1/x?token=secret9&kind=vm', masterKey: 'secret10' },
    ...errorFields(new Error('outer', { cause: new Error(`inner ${key}`) })),
  })
  expect(JSON.stringify(lines)).not.toMatch(/secret\d/)
  expect(lines[0]).toMatchObject({
    url: 'postgres://[redacted]@db:5432/x',
    link: 'https://host/v1/x?token=[redacted]&kind=vm',
    cause: { error: 'inner [redacted]' },
  })
})

test('a line can be written of anything', () => {
  const { lines, log } = record()
  const loop: Record<string, unknown> = { big: 1n, at: new Date(0) }
  loop.self = loop
  log.info('odd', { loop, nothing: undefined, none: null, long: 'x'.repeat(100_000) })
  expect(lines[0]).toMatchObject({ loop: { big: '1', at: '1970-01-01T00:00:00.000Z' }, none: null })
  expect(JSON.stringify(lines[0]).length).toBeLessThan(20_000)
})
