import { expect, test } from 'vitest'
import { parseConfig } from './config.ts'

test('[ops.install] settings have sensible defaults', () => {
  const config = parseConfig({ dataDir: '/var/lib/basalt' })
  expect(config.api).toEqual({ host: '127.0.0.1', port: 7443 })
  expect(config.agents.port).toBe(7444)
  expect(config.node).toBe('node-1')
})

test('[ops.install] settings at fault are named', () => {
  expect(() => parseConfig({ dataDir: 'relative', api: { port: 40_000 }, colour: 1 })).toThrow(/dataDir|port|colour/)
  expect(() => parseConfig({ dataDir: '/x', api: { port: 40_000 } })).toThrow(/below 32768/)
})
