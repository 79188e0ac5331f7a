import { randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import type { PrimaryStorageSuite } from './primary-storage.ts'
import { expectCode, hostCall, offered } from './support.ts'

const MEBIBYTE = 1024 ** 2

/** Registers the tests about making, growing and removing layers. */
export function layerTests(suite: PrimaryStorageSuite): void {
  const { driver, commands, ids } = shorthands(suite)

  test('create makes an empty layer of the size that was asked for, once', async () => {
    const pool = await suite.openPool()
    const layer = randomUUID()
    const made = await commands().create({ pool, layer, sizeBytes: 8 * MEBIBYTE }, hostCall())
    expect(made).toMatchObject({ layer, parent: null, virtualSizeBytes: 8 * MEBIBYTE })
    expect(made.allocatedBytes).toBeLessThan(8 * MEBIBYTE)
    expect(await commands().create({ pool, layer, sizeBytes: 8 * MEBIBYTE }, hostCall())).toEqual(made)
    expect(await commands().list({ pool }, hostCall())).toEqual({ layers: [made] })
  })

  test('a size that is no size is refused and makes nothing', async () => {
    const pool = await suite.openPool()
    for (const sizeBytes of [0, -512, 1.5, Number.NaN]) {
      await expectCode(commands().create({ pool, layer: randomUUID(), sizeBytes }, hostCall()), 'IMAGE_INVALID')
    }
    expect(await ids(pool)).toEqual([])
  })

  test('clone stands on its parent and may be larger', async () => {
    const pool = await suite.openPool()
    const [parent, layer] = [randomUUID(), randomUUID()]
    await commands().create({ pool, layer: parent, sizeBytes: 4 * MEBIBYTE }, hostCall())
    const made = await commands().clone({ pool, layer, parent, sizeBytes: 6 * MEBIBYTE }, hostCall())
    expect(made).toMatchObject({ layer, parent, virtualSizeBytes: 6 * MEBIBYTE })
    expect(await commands().clone({ pool, layer, parent, sizeBytes: 6 * MEBIBYTE }, hostCall())).toEqual(made)
    expect(await ids(pool)).toEqual([parent, layer].sort())
  })

  test('clone is never smaller than its parent', async () => {
    const pool = await suite.openPool()
    const [parent, layer] = [randomUUID(), randomUUID()]
    await commands().create({ pool, layer: parent, sizeBytes: 4 * MEBIBYTE }, hostCall())
    const made = await commands().clone({ pool, layer, parent, sizeBytes: MEBIBYTE }, hostCall())
    expect(made.virtualSizeBytes).toBe(4 * MEBIBYTE)
  })

  test('clone of a layer that is not there makes nothing', async () => {
    const pool = await suite.openPool()
    const clone = { pool, layer: randomUUID(), parent: randomUUID(), sizeBytes: MEBIBYTE }
    await expectCode(commands().clone(clone, hostCall()), 'LAYER_NOT_FOUND')
    expect(await ids(pool)).toEqual([])
  })

  test('an id is not taken for another layer', async () => {
    const pool = await suite.openPool()
    const [parent, layer] = [randomUUID(), randomUUID()]
    await commands().create({ pool, layer: parent, sizeBytes: MEBIBYTE }, hostCall())
    const made = await commands().create({ pool, layer, sizeBytes: MEBIBYTE }, hostCall())
    await expectCode(commands().clone({ pool, layer, parent, sizeBytes: MEBIBYTE }, hostCall()), 'LAYER_IN_USE')
    expect((await commands().list({ pool }, hostCall())).layers).toContainEqual(made)
  })

  test('grow grows, twice as well as once, and never shrinks', async () => {
    const pool = await suite.openPool()
    const layer = randomUUID()
    await commands().create({ pool, layer, sizeBytes: 2 * MEBIBYTE }, hostCall())
    const grown = await commands().grow({ pool, layer, sizeBytes: 4 * MEBIBYTE }, hostCall())
    expect(grown).toMatchObject({ layer, parent: null, virtualSizeBytes: 4 * MEBIBYTE })
    expect(await commands().grow({ pool, layer, sizeBytes: 4 * MEBIBYTE }, hostCall())).toEqual(grown)
    expect(await commands().grow({ pool, layer, sizeBytes: MEBIBYTE }, hostCall())).toEqual(grown)
  })

  test('grow keeps the parent of a clone and refuses an unknown layer', async () => {
    const pool = await suite.openPool()
    const [parent, layer] = [randomUUID(), randomUUID()]
    await commands().create({ pool, layer: parent, sizeBytes: MEBIBYTE }, hostCall())
    await commands().clone({ pool, layer, parent, sizeBytes: MEBIBYTE }, hostCall())
    const grown = await commands().grow({ pool, layer, sizeBytes: 3 * MEBIBYTE }, hostCall())
    expect(grown).toMatchObject({ layer, parent, virtualSizeBytes: 3 * MEBIBYTE })
    const unknown = { pool, layer: randomUUID(), sizeBytes: MEBIBYTE }
    await expectCode(commands().grow(unknown, hostCall()), 'LAYER_NOT_FOUND')
  })

  test('remove takes a layer away, twice as well as once', async () => {
    const pool = await suite.openPool()
    const layer = randomUUID()
    await commands().create({ pool, layer, sizeBytes: MEBIBYTE }, hostCall())
    expect(await commands().remove({ pool, layer }, hostCall())).toEqual({})
    expect(await commands().remove({ pool, layer }, hostCall())).toEqual({})
    expect(await ids(pool)).toEqual([])
  })

  test('a layer that others stand on stays until they are gone', async () => {
    const pool = await suite.openPool()
    const [parent, layer] = [randomUUID(), randomUUID()]
    await commands().create({ pool, layer: parent, sizeBytes: MEBIBYTE }, hostCall())
    await commands().clone({ pool, layer, parent, sizeBytes: MEBIBYTE }, hostCall())
    await expectCode(commands().remove({ pool, layer: parent }, hostCall()), 'LAYER_IN_USE')
    await expectCode(commands().grow({ pool, layer: parent, sizeBytes: 2 * MEBIBYTE }, hostCall()), 'LAYER_IN_USE')
    expect(await ids(pool)).toEqual([parent, layer].sort())
    await commands().remove({ pool, layer }, hostCall())
    await commands().remove({ pool, layer: parent }, hostCall())
    expect(await ids(pool)).toEqual([])
  })

  test('a layer that a guest has open stays until the guest stops', async (context) => {
    const openAsGuest = offered(suite.subject.openAsGuest, context, 'the subject has no guests')
    const pool = await suite.openPool()
    const layer = randomUUID()
    await commands().create({ pool, layer, sizeBytes: MEBIBYTE }, hostCall())
    const stop = await openAsGuest(pool, layer)
    try {
      await expectCode(commands().remove({ pool, layer }, hostCall()), 'LAYER_IN_USE')
      await expectCode(commands().grow({ pool, layer, sizeBytes: 2 * MEBIBYTE }, hostCall()), 'LAYER_IN_USE')
    } finally {
      await stop()
    }
    await commands().remove({ pool, layer }, hostCall())
    expect(await ids(pool)).toEqual([])
  })

  test('layers of one pool are not seen in another', async () => {
    const [one, other] = [await suite.openPool(), await suite.openPool()]
    const layer = randomUUID()
    await commands().create({ pool: one, layer, sizeBytes: MEBIBYTE }, hostCall())
    expect(await ids(other)).toEqual([])
    await expectCode(commands().grow({ pool: other, layer, sizeBytes: MEBIBYTE }, hostCall()), 'LAYER_NOT_FOUND')
  })

  test('locate tells where a layer lies, and that there is none', async () => {
    const pool = await suite.openPool()
    const layer = randomUUID()
    await commands().create({ pool, layer, sizeBytes: MEBIBYTE }, hostCall())
    const found = await driver().locate({ pool, layer })
    expect(found).toMatchObject({ type: 'file', format: 'qcow2' })
    expect(found.path.startsWith(`${pool.path}/`)).toBe(true)
    await expectCode(driver().locate({ pool, layer: randomUUID() }), 'LAYER_NOT_FOUND')
  })

  test('many layers at once all come about', async () => {
    const pool = await suite.openPool()
    const parent = randomUUID()
    await commands().create({ pool, layer: parent, sizeBytes: MEBIBYTE }, hostCall())
    const layers = Array.from({ length: 8 }, () => randomUUID())
    await Promise.all(
      [...layers, ...layers].map((layer) => commands().clone({ pool, layer, parent, sizeBytes: MEBIBYTE }, hostCall())),
    )
    expect(await ids(pool)).toEqual([parent, ...layers].sort())
  })
}

function shorthands(suite: PrimaryStorageSuite) {
  const driver = () => suite.subject.driver
  const commands = () => driver().commands
  const ids = async (pool: Awaited<ReturnType<PrimaryStorageSuite['openPool']>>) => {
    const { layers } = await commands().list({ pool }, hostCall())
    return layers.map(({ layer }) => layer).sort()
  }
  return { driver, commands, ids }
}
