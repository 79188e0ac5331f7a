import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, readFile, rename, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { PoolSpec } from '@basalt/contracts'
import { afterAll, describe, expect, test } from 'vitest'
import { createPrimaryFileHost } from './driver.ts'
import { call, codes, createWorkshop, noImages, rejection, run } from './environment.testkit.ts'

const workshop = createWorkshop()
afterAll(() => workshop.close())
const mebibyte = 2 ** 20

describe.each(['local', 'smp'] as const)('%s', (kind) => {
  const row = `[ps.${kind}]`

  test(`${row} a pool is marked, recognised and measured`, async () => {
    const { pool, driver } = await workshop.pool(kind, noImages)
    const usage = await driver.commands.open({ pool, initialize: false }, call())
    expect(usage.totalBytes).toBeGreaterThan(usage.availableBytes)
    expect(usage.availableBytes).toBeGreaterThan(0)
    expect((await driver.commands.usage({ pool }, call())).totalBytes).toBe(usage.totalBytes)
    await driver.commands.open({ pool, initialize: true }, call())
  })

  test(`${row} a directory that is not mounted is refused by every command`, async () => {
    const driver = createPrimaryFileHost(noImages)
    const pool: PoolSpec = { pool: crypto.randomUUID(), kind, path: await workshop.directory() }
    const layer = crypto.randomUUID()
    const { commands } = driver
    const attempts = [
      commands.open({ pool, initialize: false }, call()),
      commands.usage({ pool }, call()),
      commands.create({ pool, layer, sizeBytes: mebibyte }, call()),
      commands.clone({ pool, layer, parent: layer, sizeBytes: mebibyte }, call()),
      commands.grow({ pool, layer, sizeBytes: mebibyte }, call()),
      commands.remove({ pool, layer }, call()),
      commands.list({ pool }, call()),
      driver.locate({ pool, layer }),
    ]
    expect(new Set(await codes(attempts))).toEqual(new Set(['POOL_NOT_MOUNTED']))
  })

  test(`${row} the directory of another pool is refused`, async () => {
    const { pool, driver } = await workshop.pool(kind, noImages)
    const other = { ...pool, pool: crypto.randomUUID() }
    const refusal = { code: 'POOL_UNUSABLE', message: expect.stringContaining('another pool') }
    expect(await rejection(driver.commands.open({ pool: other, initialize: true }, call()))).toMatchObject(refusal)
    expect(await rejection(driver.commands.list({ pool: other }, call()))).toMatchObject(refusal)
  })

  test(`${row} layers are made, cloned, grown, listed and removed; repeating changes nothing`, async () => {
    const { pool, driver, files } = await workshop.pool(kind, noImages)
    const empty = await files()
    const [base, top] = [crypto.randomUUID(), crypto.randomUUID()]
    const { commands } = driver
    const twice = async <T>(work: () => Promise<T>) => {
      const first = await work()
      expect(await work()).toEqual(first)
      return first
    }
    const made = await twice(() => commands.create({ pool, layer: base, sizeBytes: 10 * mebibyte }, call()))
    expect(made).toMatchObject({ layer: base, parent: null, virtualSizeBytes: 10 * mebibyte })
    const { path: basePath } = await driver.locate({ pool, layer: base })
    await run('qemu-io', ['-f', 'qcow2', '-c', 'write -P 0x5a 0 64k', basePath])

    const cloned = await twice(() => commands.clone({ pool, layer: top, parent: base, sizeBytes: mebibyte }, call()))
    expect(cloned).toMatchObject({ layer: top, parent: base, virtualSizeBytes: 10 * mebibyte })
    const grown = await twice(() => commands.grow({ pool, layer: top, sizeBytes: 20 * mebibyte }, call()))
    expect(grown.virtualSizeBytes).toBe(20 * mebibyte)
    const { path: topPath } = await driver.locate({ pool, layer: top })
    expect(await run('qemu-io', ['-f', 'qcow2', '-c', 'read -P 0x5a 0 64k', topPath])).not.toContain(
      'verification failed',
    )

    const { layers } = await commands.list({ pool }, call())
    expect(layers.map(({ layer, parent }) => [layer, parent])).toEqual(
      [base, top].sort().map((layer) => [layer, layer === top ? base : null]),
    )
    expect(await rejection(commands.remove({ pool, layer: base }, call()))).toMatchObject({ code: 'LAYER_IN_USE' })
    expect(await rejection(commands.grow({ pool, layer: base, sizeBytes: 2 ** 30 }, call()))).toMatchObject({
      code: 'LAYER_IN_USE',
    })
    await twice(() => commands.remove({ pool, layer: top }, call()))
    await twice(() => commands.remove({ pool, layer: base }, call()))
    expect(await files()).toEqual(empty)
  })

  test(`${row} a pool mounted elsewhere keeps its chains`, async () => {
    const { pool, driver, directory } = await workshop.pool(kind, noImages)
    const [base, top] = [crypto.randomUUID(), crypto.randomUUID()]
    await driver.commands.create({ pool, layer: base, sizeBytes: mebibyte }, call())
    await driver.commands.clone({ pool, layer: top, parent: base, sizeBytes: mebibyte }, call())
    const moved = { ...pool, path: `${directory}-moved` }
    await rename(directory, moved.path)
    workshop.later(() => run('rm', ['-r', moved.path]))
    const { path } = await driver.locate({ pool: moved, layer: top })
    const chain = JSON.parse(await run('qemu-img', ['info', '--backing-chain', '--output=json', path])) as unknown[]
    expect(chain).toHaveLength(2)
  })

  test(`${row} an id taken by something else is refused`, async () => {
    const { pool, driver } = await workshop.pool(kind, noImages)
    const [one, two] = [crypto.randomUUID(), crypto.randomUUID()]
    const { commands } = driver
    await commands.create({ pool, layer: one, sizeBytes: mebibyte }, call())
    await commands.create({ pool, layer: two, sizeBytes: mebibyte }, call())
    const taken = commands.clone({ pool, layer: two, parent: one, sizeBytes: mebibyte }, call())
    expect(await rejection(taken)).toMatchObject({ code: 'LAYER_IN_USE' })
    const onItself = commands.clone({ pool, layer: one, parent: one, sizeBytes: mebibyte }, call())
    expect(await rejection(onItself)).toMatchObject({ code: 'LAYER_IN_USE' })
  })

  test(`${row} what is not there is said to be not there`, async () => {
    const { pool, driver } = await workshop.pool(kind, noImages)
    const [layer, parent] = [crypto.randomUUID(), crypto.randomUUID()]
    const missing = [
      driver.commands.clone({ pool, layer, parent, sizeBytes: mebibyte }, call()),
      driver.commands.grow({ pool, layer, sizeBytes: mebibyte }, call()),
      driver.locate({ pool, layer }),
    ]
    expect(new Set(await codes(missing))).toEqual(new Set(['LAYER_NOT_FOUND']))
  })

  test(`${row} a layer that a process has open is neither removed nor grown`, async () => {
    const { pool, driver, directory } = await workshop.pool(kind, noImages)
    const layer = crypto.randomUUID()
    await driver.commands.create({ pool, layer, sizeBytes: mebibyte }, call())
    const { path } = await driver.locate({ pool, layer })
    const pidFile = join(directory, 'daemon.pid')
    const daemon = spawn('qemu-storage-daemon', [
      ...['--blockdev', `driver=file,node-name=f,filename=${path}`, '--blockdev', 'driver=qcow2,node-name=q,file=f'],
      ...[
        '--export',
        `type=vhost-user-blk,id=e,node-name=q,writable=on,addr.type=unix,addr.path=${join(directory, 's')}`,
      ],
      ...['--pidfile', pidFile],
    ])
    const ended = once(daemon, 'exit')
    await expect.poll(() => existsSync(pidFile), { timeout: 20_000 }).toBe(true)
    const { commands } = driver
    expect(await rejection(commands.remove({ pool, layer }, call()))).toMatchObject({ code: 'LAYER_IN_USE' })
    const grown = commands.grow({ pool, layer, sizeBytes: 2 * mebibyte }, call())
    expect(await rejection(grown)).toMatchObject({ code: 'LAYER_IN_USE' })
    daemon.kill('SIGKILL')
    await ended
    await commands.remove({ pool, layer }, call())
  })

  test(`${row} half-made and damaged files are no obstacle`, async () => {
    const { pool, driver, directory, files } = await workshop.pool(kind, noImages)
    const empty = await files()
    const [layer, damaged] = [crypto.randomUUID(), crypto.randomUUID()]
    await writeFile(join(directory, 'incoming', `${layer}.someone.new`), 'half')
    await writeFile(join(directory, 'layers', `${damaged}.qcow2`), 'not an image')
    const { commands } = driver
    const { layers } = await commands.list({ pool }, call())
    expect(layers).toEqual([{ layer: damaged, parent: null, virtualSizeBytes: 0, allocatedBytes: expect.any(Number) }])
    await commands.create({ pool, layer, sizeBytes: mebibyte }, call())
    await commands.remove({ pool, layer }, call())
    await commands.remove({ pool, layer: damaged }, call())
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
        commands.create({ pool, layer, sizeBytes: mebibyte }, call()),
        commands.clone({ pool, layer: crypto.randomUUID(), parent: layer, sizeBytes: mebibyte }, call()),
        commands.remove({ pool, layer }, call()),
        driver.locate({ pool, layer }),
      ]
      expect(new Set(await codes(attempts))).toEqual(new Set(['LAYER_NOT_FOUND']))
    }
    const linked = crypto.randomUUID()
    await symlink(outside, join(directory, 'layers', `${linked}.qcow2`))
    expect(await rejection(driver.locate({ pool, layer: linked }))).toMatchObject({ code: 'POOL_UNUSABLE' })
    for (const path of ['relative', '/', `${directory}/`, `${directory}/../x`, `${directory}\0`, '']) {
      const attempt = commands.open({ pool: { ...pool, path }, initialize: true }, call())
      expect(await rejection(attempt)).toMatchObject({ code: 'POOL_UNUSABLE' })
    }
    expect(await readFile(outside)).toEqual(untouched)
  })

  test(`${row} impossible sizes are refused`, async () => {
    const { pool, driver, files } = await workshop.pool(kind, noImages)
    const empty = await files()
    for (const sizeBytes of [0, -1, 1.5, Number.NaN, 2 ** 53, 2 ** 50]) {
      const attempt = driver.commands.create({ pool, layer: crypto.randomUUID(), sizeBytes }, call())
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
      call(controller.signal),
    )
    controller.abort(new Error('cancelled by the caller'))
    await expect(attempt).rejects.toThrow('cancelled by the caller')
    expect(await files()).toEqual(empty)
  })

  test(`${row} a damaged mark is no licence to take the directory`, async () => {
    const { pool, driver, directory } = await workshop.pool(kind, noImages)
    await writeFile(join(directory, 'basalt-pool.json'), '')
    expect(await rejection(driver.commands.open({ pool, initialize: true }, call()))).toMatchObject({
      code: 'POOL_UNUSABLE',
    })
  })
})

test('[ps.local] the directory of a local pool is made, that of a shared one is the operator’s to mount', async () => {
  const driver = createPrimaryFileHost(noImages)
  const path = join(await workshop.directory(), 'a/b')
  const shared: PoolSpec = { pool: crypto.randomUUID(), kind: 'smp', path }
  expect(await rejection(driver.commands.open({ pool: shared, initialize: true }, call()))).toMatchObject({
    code: 'POOL_NOT_MOUNTED',
  })
  await driver.commands.open({ pool: { ...shared, kind: 'local' }, initialize: true }, call())
  expect((await stat(join(path, 'layers'))).isDirectory()).toBe(true)
})

test('[ps.smp] a second host sees the layers of the first', async () => {
  const first = await workshop.pool('smp', { ...noImages, writer: 'host-1' })
  const second = createPrimaryFileHost({ ...noImages, writer: 'host-2' })
  const { pool } = first
  const [base, top] = [crypto.randomUUID(), crypto.randomUUID()]
  await second.commands.open({ pool, initialize: false }, call())
  const made = await first.driver.commands.create({ pool, layer: base, sizeBytes: mebibyte }, call())
  await second.commands.clone({ pool, layer: top, parent: base, sizeBytes: mebibyte }, call())
  expect((await second.commands.list({ pool }, call())).layers).toContainEqual(made)
  expect(await rejection(first.driver.commands.remove({ pool, layer: base }, call()))).toMatchObject({
    code: 'LAYER_IN_USE',
  })
})

test('a pool of a foreign kind is refused', async () => {
  const driver = createPrimaryFileHost(noImages)
  const path = join(await workshop.directory(), 'x')
  await mkdir(path)
  const attempt = driver.commands.open({ pool: { pool: 'p', kind: 'simulated', path }, initialize: true }, call())
  expect(await rejection(attempt)).toMatchObject({ code: 'POOL_UNUSABLE' })
})
