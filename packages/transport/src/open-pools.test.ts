import { randomUUID } from 'node:crypto'
import type { HostCall, PoolSpec, PrimaryStorageHost } from '@basalt/contracts'
import { expect, test } from 'vitest'
import { followOpenPools } from './open-pools.ts'

const call: HostCall = { signal: new AbortController().signal, progress: () => undefined }
const spec = (): PoolSpec => ({ pool: randomUUID(), kind: 'local', path: '/pool' })
const USE = { totalBytes: 100, availableBytes: 40 }

/** Storage of which a directory may be unmounted, or hang. */
function storage(state: { usage: () => Promise<typeof USE> }): PrimaryStorageHost {
  const usage = () => state.usage()
  return { open: usage, usage, close: async () => ({}) } as unknown as PrimaryStorageHost
}

const unmounted = () => Promise.reject(Object.assign(new Error('not mounted'), { code: 'POOL_NOT_MOUNTED' }))

test('pools are followed from open to close, with their use', async () => {
  const pools = followOpenPools(storage({ usage: async () => USE }))
  expect(await pools.look()).toEqual([])
  const [one, two] = [spec(), spec()]
  expect(await pools.commands.open({ pool: one, initialize: true }, call)).toEqual(USE)
  await pools.commands.open({ pool: two, initialize: false }, call)
  await pools.commands.close({ pool: one }, call)
  expect(await pools.look()).toEqual([{ pool: two.pool, ...USE }])
})

test('a pool that cannot be opened is told with the reason, and again when it can be used', async () => {
  const state: { usage: () => Promise<typeof USE> } = { usage: unmounted }
  const pools = followOpenPools(storage(state))
  const pool = spec()
  await expect(pools.commands.open({ pool, initialize: false }, call)).rejects.toThrow('not mounted')
  expect(await pools.look()).toEqual([{ pool: pool.pool, error: { code: 'POOL_NOT_MOUNTED', message: 'not mounted' } }])
  state.usage = async () => USE
  expect(await pools.look()).toEqual([{ pool: pool.pool, ...USE }])
})
