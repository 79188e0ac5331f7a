import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { PrimaryStorageSuite } from './primary-storage.ts'
import { expectCode, hostCall, offered } from './support.ts'

/** Registers the tests about pools as a whole. */
export function poolTests(suite: PrimaryStorageSuite): void {
  const commands = () => suite.subject.driver.commands

  test('open makes a pool usable, twice as well as once', async () => {
    const pool = await suite.subject.newPool()
    const first = await commands().open({ pool, initialize: true }, hostCall())
    const second = await commands().open({ pool, initialize: true }, hostCall())
    expect(first.totalBytes).toBeGreaterThan(0)
    expect(first.availableBytes).toBeLessThanOrEqual(first.totalBytes)
    expect(second.totalBytes).toBe(first.totalBytes)
    expect(await commands().list({ pool }, hostCall())).toEqual({ layers: [] })
  })

  test('an opened pool opens without being initialized again, and keeps its layers', async () => {
    const pool = await suite.openPool()
    const layer = randomUUID()
    await commands().create({ pool, layer, sizeBytes: 1024 ** 2 }, hostCall())
    await commands().open({ pool, initialize: false }, hostCall())
    await commands().open({ pool, initialize: true }, hostCall())
    const { layers } = await commands().list({ pool }, hostCall())
    expect(layers.map((one) => one.layer)).toEqual([layer])
  })

  test('storage without a pool is not taken for one', async () => {
    const pool = await suite.subject.newPool()
    await expectCode(commands().open({ pool, initialize: false }, hostCall()), 'POOL_NOT_MOUNTED')
    await expectCode(commands().usage({ pool }, hostCall()), 'POOL_NOT_MOUNTED')
    await expectCode(commands().list({ pool }, hostCall()), 'POOL_NOT_MOUNTED')
    const layer = randomUUID()
    await expectCode(commands().create({ pool, layer, sizeBytes: 1024 ** 2 }, hostCall()), 'POOL_NOT_MOUNTED')
  })

  test('storage that holds another pool is refused, also for initializing', async () => {
    const pool = await suite.openPool()
    const stranger = { ...pool, pool: randomUUID() }
    await expectCode(commands().open({ pool: stranger, initialize: true }, hostCall()), 'POOL_UNUSABLE')
    await expectCode(commands().open({ pool: stranger, initialize: false }, hostCall()), 'POOL_UNUSABLE')
    await expectCode(commands().list({ pool: stranger }, hostCall()), 'POOL_UNUSABLE')
    expect(await commands().list({ pool }, hostCall())).toEqual({ layers: [] })
  })

  test('storage that was closed can be taken by another pool', async () => {
    const pool = await suite.openPool()
    const next = { ...pool, pool: randomUUID() }
    await commands().close({ pool: next }, hostCall())
    expect(await commands().list({ pool }, hostCall())).toEqual({ layers: [] })
    await commands().close({ pool }, hostCall())
    await commands().close({ pool }, hostCall())
    await expectCode(commands().open({ pool, initialize: false }, hostCall()), 'POOL_NOT_MOUNTED')
    await commands().open({ pool: next, initialize: true }, hostCall())
    expect(await commands().list({ pool: next }, hostCall())).toEqual({ layers: [] })
  })

  test('a pool with layers is not closed', async () => {
    const pool = await suite.openPool()
    const layer = randomUUID()
    await commands().create({ pool, layer, sizeBytes: 1024 ** 2 }, hostCall())
    await expectCode(commands().close({ pool }, hostCall()), 'LAYER_IN_USE')
    const { layers } = await commands().list({ pool }, hostCall())
    expect(layers.map((one) => one.layer)).toEqual([layer])
  })

  test('a relative path is refused', async () => {
    const pool = { ...(await suite.subject.newPool()), path: 'somewhere/below' }
    await expectCode(commands().open({ pool, initialize: true }, hostCall()), 'POOL_UNUSABLE')
  })

  test('usage tells the size of the pool', async () => {
    const pool = await suite.openPool()
    const usage = await commands().usage({ pool }, hostCall())
    expect(usage.totalBytes).toBeGreaterThan(0)
    expect(usage.availableBytes).toBeGreaterThan(0)
    expect(usage.availableBytes).toBeLessThanOrEqual(usage.totalBytes)
  })

  test('a pool whose storage is gone is not mounted, and comes back whole', async (context) => {
    const unmount = offered(suite.subject.unmount, context, 'the subject cannot unmount a pool')
    const pool = await suite.openPool()
    const layer = randomUUID()
    await commands().create({ pool, layer, sizeBytes: 1024 ** 2 }, hostCall())
    const mount = await unmount(pool)
    await expectCode(commands().open({ pool, initialize: false }, hostCall()), 'POOL_NOT_MOUNTED')
    await expectCode(commands().remove({ pool, layer }, hostCall()), 'POOL_NOT_MOUNTED')
    await mount()
    const { layers } = await commands().list({ pool }, hostCall())
    expect(layers.map((one) => one.layer)).toEqual([layer])
  })

  test('a shared pool shows the same layers on another host', async (context) => {
    const other = offered(suite.subject.otherHost, context, 'the pools of the subject belong to one host')
    const pool = await suite.openPool()
    const layer = randomUUID()
    const made = await commands().create({ pool, layer, sizeBytes: 1024 ** 2 }, hostCall())
    await other.commands.open({ pool, initialize: false }, hostCall())
    expect(await other.commands.list({ pool }, hostCall())).toEqual({ layers: [made] })
    await other.commands.remove({ pool, layer }, hostCall())
    expect(await commands().list({ pool }, hostCall())).toEqual({ layers: [] })
  })
}
