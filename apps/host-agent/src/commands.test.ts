import { createTracer, type EndedSpan } from '@basalt/observe'
import { expect, test } from 'vitest'
import { logged } from './commands.ts'
import { createLog } from './log.ts'

const fence = { resource: 'volume-1', epoch: 3, task: 'task-1', step: 'cloneRootVolume' }
const call = { signal: new AbortController().signal, progress() {} }

function record() {
  const lines: Record<string, unknown>[] = []
  const log = createLog('debug', (line) => lines.push(JSON.parse(line)))
  return { lines, log }
}

test('a command leaves a line with the ids of its task, step and resources', async () => {
  const { lines, log } = record()
  const { clone } = logged('storage', { clone: async (_: object) => 'made' }, log)
  const params = { pool: { pool: 'pool-1', path: '/pool' }, layer: 'layer-1', parent: 'layer-0' }
  expect(await clone(params as never, { ...call, fence })).toBe('made')
  expect(lines).toEqual([
    {
      ...{ time: expect.any(String), level: 'info', message: 'command done', command: 'storage.clone' },
      ...{ task: 'task-1', step: 'cloneRootVolume', resource: 'volume-1', layer: 'layer-1', pool: 'pool-1' },
      tookMs: expect.any(Number),
    },
  ])
})

test('a failed command tells why, and fails all the same', async () => {
  const { lines, log } = record()
  const refusal = Object.assign(new Error('no'), { code: 'LAYER_IN_USE' })
  const { remove } = logged('storage', { remove: () => Promise.reject(refusal) }, log)
  await expect(remove({ layer: 'layer-1' } as never, { ...call, fence })).rejects.toBe(refusal)
  expect(lines).toMatchObject([{ level: 'warn', task: 'task-1', layer: 'layer-1', code: 'LAYER_IN_USE', error: 'no' }])
})

test('a command that only reads names no task, and matters little', async () => {
  const { lines, log } = record()
  const { observe } = logged('hypervisor', { observe: async () => ({ domains: [] }) }, log)
  await observe({ vm: 'vm-1' } as never, call)
  expect(lines).toMatchObject([{ level: 'debug', command: 'hypervisor.observe', vm: 'vm-1' }])
  expect(lines[0]).not.toHaveProperty('task')
})

test('a command under a trace names it, and its span is below the caller', async () => {
  const { lines, log } = record()
  const spans: EndedSpan[] = []
  const { clone } = logged('storage', { clone: async () => 'made' }, log, createTracer({ onEnd: (s) => spans.push(s) }))
  await clone({} as never, { ...call, fence, trace: `00-${'a'.repeat(32)}-b7ad6b7169203331-01` })
  expect(lines).toMatchObject([{ trace: 'a'.repeat(32), task: 'task-1' }])
  expect(spans).toMatchObject([
    { name: 'storage.clone', kind: 'server', traceId: 'a'.repeat(32), parentSpanId: 'b7ad6b7169203331' },
  ])
})
