import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { hostCall } from '@basalt/testkit/contracts'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createWorkshop, makeImage, noImages, rejection } from './environment.testkit.ts'
import { fillFileSystem, tmpfsProblem } from './file-system.testkit.ts'

const mebibyte = 2 ** 20
const workshop = createWorkshop()
afterAll(() => workshop.close())

const problem = await tmpfsProblem()

describe.skipIf(problem)(`a full pool${problem ? ` (skipped: cannot mount tmpfs: ${problem})` : ''}`, () => {
  let image: Buffer
  beforeAll(async () => {
    image = await makeImage(await workshop.directory(), 3 * mebibyte)
  })

  const smallDirectory = () => workshop.tmpfs(5)

  const fill = (directory: string, leftBytes: number) => fillFileSystem(directory, join(directory, 'filler'), leftBytes)

  const full = { code: 'NO_SPACE', remedy: expect.any(String), details: { availableBytes: expect.any(Number) } }

  test.each(['local', 'smp'] as const)(
    '[ps.%s] [ps.capacity] what does not fit is refused before the transfer',
    async (kind) => {
      const server = await workshop.image(image)
      const { pool, driver, directory, files } = await workshop.pool(kind, server, await smallDirectory())
      await fill(directory, mebibyte)
      const before = await files()
      const layer = crypto.randomUUID()
      expect(await rejection(driver.commands.fetch({ pool, layer, source: server.source }, hostCall()))).toMatchObject(
        full,
      )
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
    expect(await rejection(driver.commands.fetch({ pool, layer, source: server.source }, hostCall()))).toMatchObject(
      full,
    )
    expect(await files()).toEqual([...before, 'filler'].sort())
    await rm(join(directory, 'filler'))
  })

  test.each(['local', 'smp'] as const)(
    '[ps.%s] a clone into a full pool leaves nothing, and works after cleaning up',
    async (kind) => {
      const { pool, driver, directory, files } = await workshop.pool(kind, noImages, await smallDirectory())
      const [parent, layer] = [crypto.randomUUID(), crypto.randomUUID()]
      const { commands } = driver
      await commands.create({ pool, layer: parent, sizeBytes: 64 * mebibyte }, hostCall())
      await fill(directory, 0)
      const before = await files()
      expect(
        await rejection(commands.clone({ pool, layer, parent, sizeBytes: 64 * mebibyte }, hostCall())),
      ).toMatchObject(full)
      expect(await rejection(commands.create({ pool, layer, sizeBytes: 64 * mebibyte }, hostCall()))).toMatchObject(
        full,
      )
      expect(await files()).toEqual(before)
      await rm(join(directory, 'filler'))
      await commands.clone({ pool, layer, parent, sizeBytes: 64 * mebibyte }, hostCall())
    },
  )
})
