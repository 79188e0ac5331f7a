import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { keepPools } from './kept-pools.ts'
import { createSimulatedStorage } from './storage.ts'

let directory: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'kept-pools-'))
})
afterEach(() => rm(directory, { recursive: true }))

const fail = (error: Error): never => {
  throw error
}
const call = { signal: new AbortController().signal } as never
const pool = { pool: 'p', kind: 'local', path: '/srv/p' } as const

test('[ps.local] what lay in the pools of simulated hosts is there again when their process comes back', async () => {
  const file = join(directory, 'pools.json')
  const before = await keepPools(file, fail)
  const storage = createSimulatedStorage({ host: 'sim-1', pools: before.pools }).commands
  await storage.open({ pool, initialize: true }, call)
  await storage.create({ pool, layer: 'disk', sizeBytes: 2 ** 20 }, call)
  await before.close()

  const after = await keepPools(file, fail)
  const again = createSimulatedStorage({ host: 'sim-1', pools: after.pools }).commands
  expect(await again.open({ pool, initialize: false }, call)).toEqual(await storage.usage({ pool }, call))
  expect(await again.list({ pool }, call)).toEqual(await storage.list({ pool }, call))
  const elsewhere = createSimulatedStorage({ host: 'sim-2', pools: after.pools }).commands
  await expect(elsewhere.open({ pool, initialize: false }, call)).rejects.toMatchObject({ code: 'POOL_NOT_MOUNTED' })
  await after.close()
  expect(await readdir(directory)).toEqual(['pools.json'])
})

test('[ps.local] a file that cannot be read is told, rather than taken for empty pools', async () => {
  await expect(keepPools(directory, fail)).rejects.toMatchObject({ code: 'EISDIR' })
})
