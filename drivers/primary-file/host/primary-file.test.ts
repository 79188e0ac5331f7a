import { mkdir, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PoolSpec } from '@basalt/contracts'
import { hostCall } from '@basalt/testkit/contracts'
import { afterAll, describe, expect, test } from 'vitest'
import { createPrimaryFileHost } from './driver.ts'
import { codes, createWorkshop, noImages, rejection, run } from './environment.testkit.ts'

const workshop = createWorkshop()
afterAll(() => workshop.close())
const mebibyte = 2 ** 20

describe.each(['local', 'smp'] as const)('%s', (kind) => {
  const row = `[ps.${kind}]`

  test(`${row} a directory that is not mounted is refused by every command`, async () => {
    const driver = createPrimaryFileHost(noImages)
    const pool: PoolSpec = { pool: crypto.randomUUID(), kind, path: await workshop.directory() }
    const layer = crypto.randomUUID()
    const { commands } = driver
    const attempts = [
      commands.open({ pool, initialize: false }, hostCall()),
      commands.usage({ pool }, hostCall()),
      commands.create({ pool, layer, sizeBytes: mebibyte }, hostCall()),
      commands.clone({ pool, layer, parent: layer, sizeBytes: mebibyte }, hostCall()),
      commands.grow({ pool, layer, sizeBytes: mebibyte }, hostCall()),
      commands.remove({ pool, layer }, hostCall()),
      commands.list({ pool }, hostCall()),
      driver.locate({ pool, layer }),
    ]
    expect(new Set(await codes(attempts))).toEqual(new Set(['POOL_NOT_MOUNTED']))
  })

  test(`${row} a clone shows what its parent holds, and removed layers leave no file`, async () => {
    const { pool, driver, files } = await workshop.pool(kind, noImages)
    const empty = await files()
    const [base, top] = [crypto.randomUUID(), crypto.randomUUID()]
    const { commands } = driver
    await commands.create({ pool, layer: base, sizeBytes: 10 * mebibyte }, hostCall())
    const { path: basePath } = await driver.locate({ pool, layer: base })
    await run('qemu-io', ['-f', 'qcow2', '-c', 'write -P 0x5a 0 64k', basePath])
    await commands.clone({ pool, layer: top, parent: base, sizeBytes: mebibyte }, hostCall())
    await commands.grow({ pool, layer: top, sizeBytes: 20 * mebibyte }, hostCall())
    const { path: topPath } = await driver.locate({ pool, layer: top })
    const read = await run('qemu-io', ['-f', 'qcow2', '-c', 'read -P 0x5a 0 64k', topPath])
    expect(read).not.toContain('verification failed')
    for (const layer of [top, base]) await commands.remove({ pool, layer }, hostCall())
    expect(await files()).toEqual(empty)
  })

  test(`${row} a pool mounted elsewhere keeps its chains`, async () => {
    const { pool, driver, directory } = await workshop.pool(kind, noImages)
    const [base, top] = [crypto.randomUUID(), crypto.randomUUID()]
    await driver.commands.create({ pool, layer: base, sizeBytes: mebibyte }, hostCall())
    await driver.commands.clone({ pool, layer: top, parent: base, sizeBytes: mebibyte }, hostCall())
    const moved = { ...pool, path: `${directory}-moved` }
    await rename(directory, moved.path)
    workshop.later(() => run('rm', ['-r', moved.path]))
    const { path } = await driver.locate({ pool: moved, layer: top })
    const chain = JSON.parse(await run('qemu-img', ['info', '--backing-chain', '--output=json', path])) as unknown[]
    expect(chain).toHaveLength(2)
  })

  test(`${row} a layer does not stand on itself`, async () => {
    const { pool, driver } = await workshop.pool(kind, noImages)
    const layer = crypto.randomUUID()
    await driver.commands.create({ pool, layer, sizeBytes: mebibyte }, hostCall())
    const onItself = driver.commands.clone({ pool, layer, parent: layer, sizeBytes: mebibyte }, hostCall())
    expect(await rejection(onItself)).toMatchObject({ code: 'LAYER_IN_USE' })
  })

  test(`${row} half-made and damaged files are no obstacle`, async () => {
    const { pool, driver, directory, files } = await workshop.pool(kind, noImages)
    const empty = await files()
    const [layer, damaged] = [crypto.randomUUID(), crypto.randomUUID()]
    await writeFile(join(directory, 'incoming', `${layer}.someone.new`), 'half')
    await writeFile(join(directory, 'layers', `${damaged}.qcow2`), 'not an image')
    const { commands } = driver
    const { layers } = await commands.list({ pool }, hostCall())
    expect(layers).toEqual([{ layer: damaged, parent: null, virtualSizeBytes: 0, allocatedBytes: expect.any(Number) }])
    await commands.create({ pool, layer, sizeBytes: mebibyte }, hostCall())
    await commands.remove({ pool, layer }, hostCall())
    await commands.remove({ pool, layer: damaged }, hostCall())
    expect(await files()).toEqual(empty)
  })

  test(`${row} no id and no path leads out of the pool`, async () => {
    const { pool, driver, directory } = await workshop.pool(kind, noImages)
    const { commands } = driver
    const outside = join(await workshop.directory(), 'outside.qcow2')
    await run('qemu-img', ['create', '-q', '-f', 'qcow2', outside, '1M'])
    const untouched = await readFile(outside)
    for (const layer of [
      '../outside',
      '..',
      '',
      '.',
      '/etc/passwd',
      'a/b',
      'a\0b',
      `${'a'.repeat(200)}`,
      '-b',
      'a.b',
      outside,
    ]) {
      const attempts = [
        commands.create({ pool, layer, sizeBytes: mebibyte }, hostCall()),
        commands.clone({ pool, layer: crypto.randomUUID(), parent: layer, sizeBytes: mebibyte }, hostCall()),
        commands.remove({ pool, layer }, hostCall()),
        driver.locate({ pool, layer }),
      ]
      expect(new Set(await codes(attempts))).toEqual(new Set(['LAYER_NOT_FOUND']))
    }
    const linked = crypto.randomUUID()
    await symlink(outside, join(directory, 'layers', `${linked}.qcow2`))
    expect(await rejection(driver.locate({ pool, layer: linked }))).toMatchObject({ code: 'POOL_UNUSABLE' })
    for (const path of ['relative', '/', `${directory}/`, `${directory}/../x`, `${directory}\0`, '']) {
      const attempt = commands.open({ pool: { ...pool, path }, initialize: true }, hostCall())
      expect(await rejection(attempt)).toMatchObject({ code: 'POOL_UNUSABLE' })
    }
    expect(await readFile(outside)).toEqual(untouched)
  })

  test(`${row} sizes beyond any disk are refused and make nothing`, async () => {
    const { pool, driver, files } = await workshop.pool(kind, noImages)
    const empty = await files()
    for (const sizeBytes of [2 ** 53, 2 ** 50]) {
      const attempt = driver.commands.create({ pool, layer: crypto.randomUUID(), sizeBytes }, hostCall())
      expect(await rejection(attempt)).toMatchObject({ code: 'IMAGE_INVALID' })
    }
    expect(await files()).toEqual(empty)
  })

  test(`${row} a cancelled call stops with the reason of its signal`, async () => {
    const { pool, driver, files } = await workshop.pool(kind, noImages)
    const empty = await files()
    const controller = new AbortController()
    const attempt = driver.commands.create(
      { pool, layer: crypto.randomUUID(), sizeBytes: mebibyte },
      hostCall(controller.signal),
    )
    controller.abort(new Error('cancelled by the caller'))
    await expect(attempt).rejects.toThrow('cancelled by the caller')
    expect(await files()).toEqual(empty)
  })

  test(`${row} a damaged mark is no licence to take the directory`, async () => {
    const { pool, driver, directory } = await workshop.pool(kind, noImages)
    await writeFile(join(directory, 'basalt-pool.json'), '')
    expect(await rejection(driver.commands.open({ pool, initialize: true }, hostCall()))).toMatchObject({
      code: 'POOL_UNUSABLE',
    })
  })
})

test('[ps.local] the directory of a local pool is made, that of a shared one is the operator’s to mount', async () => {
  const driver = createPrimaryFileHost(noImages)
  const path = join(await workshop.directory(), 'a/b')
  const shared: PoolSpec = { pool: crypto.randomUUID(), kind: 'smp', path }
  expect(await rejection(driver.commands.open({ pool: shared, initialize: true }, hostCall()))).toMatchObject({
    code: 'POOL_NOT_MOUNTED',
  })
  await driver.commands.open({ pool: { ...shared, kind: 'local' }, initialize: true }, hostCall())
  expect((await stat(join(path, 'layers'))).isDirectory()).toBe(true)
})

test('[ps.smp] what one host made on the layer of another is respected', async () => {
  const first = await workshop.pool('smp', { ...noImages, writer: 'host-1' })
  const second = createPrimaryFileHost({ ...noImages, writer: 'host-2' })
  const { pool } = first
  const [base, top] = [crypto.randomUUID(), crypto.randomUUID()]
  await first.driver.commands.create({ pool, layer: base, sizeBytes: mebibyte }, hostCall())
  await second.commands.clone({ pool, layer: top, parent: base, sizeBytes: mebibyte }, hostCall())
  const removed = first.driver.commands.remove({ pool, layer: base }, hostCall())
  expect(await rejection(removed)).toMatchObject({ code: 'LAYER_IN_USE' })
})

test('a pool of a foreign kind is refused', async () => {
  const driver = createPrimaryFileHost(noImages)
  const path = join(await workshop.directory(), 'x')
  await mkdir(path)
  const attempt = driver.commands.open({ pool: { pool: 'p', kind: 'simulated', path }, initialize: true }, hostCall())
  expect(await rejection(attempt)).toMatchObject({ code: 'POOL_UNUSABLE' })
})
