import { spawnSync } from 'node:child_process'
import { statfsSync } from 'node:fs'
import { mkdtemp, rm, rmdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { call, createWorkshop, makeImage, noImages, rejection, run } from './environment.testkit.ts'

const mebibyte = 2 ** 20
const workshop = createWorkshop()
afterAll(() => workshop.close())

/** Why no file system can be mounted here; undefined where it works. */
async function mountProblem(): Promise<string | undefined> {
  const directory = await mkdtemp(join(tmpdir(), 'probe-'))
  const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'basalt', directory], { encoding: 'utf8' })
  if (mounted.status === 0) spawnSync('umount', [directory])
  await rmdir(directory)
  return mounted.status === 0 ? undefined : mounted.error?.message || mounted.stderr.trim()
}

const problem = await mountProblem()

describe.skipIf(problem)(`a full pool${problem ? ` (skipped: cannot mount tmpfs: ${problem})` : ''}`, () => {
  let image: Buffer
  beforeAll(async () => {
    image = await makeImage(await workshop.directory(), 3 * mebibyte)
  })

  async function smallDirectory(): Promise<string> {
    const directory = await mkdtemp(join(tmpdir(), 'full-'))
    await run('mount', ['-t', 'tmpfs', '-o', 'size=5m,mode=0700', 'basalt', directory])
    workshop.later(async () => {
      await run('umount', [directory])
      await rm(directory, { recursive: true })
    })
    return directory
  }

  /** Leaves `leftBytes` of the file system, rounded down to its blocks. */
  async function fill(directory: string, leftBytes: number): Promise<void> {
    const { bavail, bsize } = statfsSync(directory)
    await writeFile(join(directory, 'filler'), Buffer.alloc(Math.max(0, bavail * bsize - leftBytes)))
  }

  const full = { code: 'NO_SPACE', remedy: expect.any(String), details: { availableBytes: expect.any(Number) } }

  test.each(['local', 'smp'] as const)(
    '[ps.%s] [ps.capacity] what does not fit is refused before the transfer',
    async (kind) => {
      const server = await workshop.image(image)
      const { pool, driver, directory, files } = await workshop.pool(kind, server, await smallDirectory())
      await fill(directory, mebibyte)
      const before = await files()
      const layer = crypto.randomUUID()
      expect(await rejection(driver.commands.fetch({ pool, layer, source: server.source }, call()))).toMatchObject(full)
      expect(server.offsets).toEqual([])
      expect(await files()).toEqual(before)
    },
  )

  test('[img.cache] a pool that fills up during the transfer keeps no part', async () => {
    const server = await workshop.image(image)
    const openImage: typeof server.openImage = async (source, offset, signal) => {
      await fill(directory, mebibyte)
      return server.openImage(source, offset, signal)
    }
    const { pool, driver, directory, files } = await workshop.pool('local', { openImage }, await smallDirectory())
    const before = await files()
    const layer = crypto.randomUUID()
    expect(await rejection(driver.commands.fetch({ pool, layer, source: server.source }, call()))).toMatchObject(full)
    expect(await files()).toEqual([...before, 'filler'].sort())
    await rm(join(directory, 'filler'))
  })

  test.each(['local', 'smp'] as const)(
    '[ps.%s] a clone into a full pool leaves nothing, and works after cleaning up',
    async (kind) => {
      const { pool, driver, directory, files } = await workshop.pool(kind, noImages, await smallDirectory())
      const [parent, layer] = [crypto.randomUUID(), crypto.randomUUID()]
      const { commands } = driver
      await commands.create({ pool, layer: parent, sizeBytes: 64 * mebibyte }, call())
      await fill(directory, 0)
      const before = await files()
      expect(await rejection(commands.clone({ pool, layer, parent, sizeBytes: 64 * mebibyte }, call()))).toMatchObject(
        full,
      )
      expect(await rejection(commands.create({ pool, layer, sizeBytes: 64 * mebibyte }, call()))).toMatchObject(full)
      expect(await files()).toEqual(before)
      await rm(join(directory, 'filler'))
      await commands.clone({ pool, layer, parent, sizeBytes: 64 * mebibyte }, call())
    },
  )
})
