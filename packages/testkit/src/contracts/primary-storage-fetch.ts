import { createHash, randomUUID } from 'node:crypto'
import { expect, test } from 'vitest'
import { until } from '../wait.ts'
import type { PrimaryStorageSuite } from './primary-storage.ts'
import { qcow2Fixture } from './qcow2-fixture.ts'
import { expectCode, hostCall, offered } from './support.ts'

const IMAGE = qcow2Fixture()
const HALF_BYTES = IMAGE.sizeBytes / 2

/** Registers the tests about bringing images into a pool. */
export function fetchTests(suite: PrimaryStorageSuite): void {
  const commands = () => suite.subject.driver.commands

  test('fetch brings an image in, once, and tells how far it is', async () => {
    const pool = await suite.openPool()
    const layer = randomUUID()
    const source = suite.images.publish(IMAGE)
    const call = hostCall()
    const fetched = await commands().fetch({ pool, layer, source }, call)
    expect(fetched).toMatchObject({ layer, parent: null, virtualSizeBytes: IMAGE.virtualSizeBytes })
    expect(fetched.allocatedBytes).toBeGreaterThan(0)
    expect(call.percents.length).toBeGreaterThan(0)
    expect(call.percents).toEqual([...call.percents].sort((a, b) => a - b))
    expect(call.percents.every((percent) => percent >= 0 && percent <= 100)).toBe(true)
    expect(await commands().fetch({ pool, layer, source }, hostCall())).toEqual(fetched)
    expect(suite.images.offsets(source)).toEqual([0])
    expect(await commands().list({ pool }, hostCall())).toEqual({ layers: [fetched] })
  })

  test('a fetched image can be cloned', async () => {
    const pool = await suite.openPool()
    const [parent, layer] = [randomUUID(), randomUUID()]
    await commands().fetch({ pool, layer: parent, source: suite.images.publish(IMAGE) }, hostCall())
    const sizeBytes = 2 * IMAGE.virtualSizeBytes
    const made = await commands().clone({ pool, layer, parent, sizeBytes }, hostCall())
    expect(made).toMatchObject({ parent, virtualSizeBytes: sizeBytes })
  })

  test('fifty fetches of one layer at once transfer it once', async () => {
    const pool = await suite.openPool()
    const layer = randomUUID()
    const source = suite.images.publish(IMAGE)
    const fetches = Array.from({ length: 50 }, () => commands().fetch({ pool, layer, source }, hostCall()))
    const statuses = await Promise.all(fetches)
    expect(new Set(statuses.map((status) => JSON.stringify(status))).size).toBe(1)
    expect(suite.images.offsets(source)).toEqual([0])
  })

  test('a broken transfer is resumed, and nothing half-made is listed', async () => {
    const pool = await suite.openPool()
    const layer = randomUUID()
    const source = suite.images.publish(IMAGE)
    suite.images.breakAt(source, HALF_BYTES)
    await commands()
      .fetch({ pool, layer, source }, hostCall())
      .catch(async (error: { code?: string }) => {
        expect(error.code).toBe('IMAGE_UNREACHABLE')
        expect(await commands().list({ pool }, hostCall())).toEqual({ layers: [] })
        await commands().fetch({ pool, layer, source }, hostCall())
      })
    const [first, second] = suite.images.offsets(source)
    expect(first).toBe(0)
    expect(second).toBeGreaterThan(0)
    expect((await commands().list({ pool }, hostCall())).layers).toHaveLength(1)
  })

  test('an aborted transfer stops, leaves nothing listed and can be taken up again', async () => {
    const pool = await suite.openPool()
    const layer = randomUUID()
    const source = suite.images.publish(IMAGE)
    suite.images.stallAt(source, HALF_BYTES)
    const abort = new AbortController()
    const fetching = commands().fetch({ pool, layer, source }, hostCall(abort.signal))
    const failed = expect(fetching).rejects.toThrow()
    await until('the transfer begins', () => suite.images.offsets(source)[0], 10_000)
    abort.abort(new Error('the caller gave up'))
    await failed
    expect(await commands().list({ pool }, hostCall())).toEqual({ layers: [] })
    await commands().fetch({ pool, layer, source }, hostCall())
    expect((await commands().list({ pool }, hostCall())).layers).toHaveLength(1)
  })

  test('remove takes a half-made image away', async () => {
    const pool = await suite.openPool()
    const layer = randomUUID()
    const source = suite.images.publish(IMAGE)
    suite.images.stallAt(source, HALF_BYTES)
    const abort = new AbortController()
    const failed = expect(commands().fetch({ pool, layer, source }, hostCall(abort.signal))).rejects.toThrow()
    await until('the transfer begins', () => suite.images.offsets(source)[0], 10_000)
    abort.abort()
    await failed
    expect(await commands().remove({ pool, layer }, hostCall())).toEqual({})
    await commands().fetch({ pool, layer, source }, hostCall())
    expect(suite.images.offsets(source)).toEqual([0, 0])
  })

  test('an image that is not what it should be never becomes a layer', async () => {
    const pool = await suite.openPool()
    const layer = randomUUID()
    const other = qcow2Fixture({ seed: 2 })
    const wrongContent = suite.images.publish(IMAGE, { sha256: other.sha256 })
    await expectCode(commands().fetch({ pool, layer, source: wrongContent }, hostCall()), 'IMAGE_CHECKSUM_MISMATCH')
    const tooLong = suite.images.publish(IMAGE, { sizeBytes: HALF_BYTES })
    await expectCode(commands().fetch({ pool, layer, source: tooLong }, hostCall()), 'IMAGE_CHECKSUM_MISMATCH')
    expect(await commands().list({ pool }, hostCall())).toEqual({ layers: [] })
    await commands().fetch({ pool, layer, source: suite.images.publish(IMAGE) }, hostCall())
    expect((await commands().list({ pool }, hostCall())).layers).toHaveLength(1)
  })

  test('an image that names another file as its base is refused', async () => {
    const pool = await suite.openPool()
    const source = suite.images.publish(qcow2Fixture({ backingFile: '/etc/hostname' }))
    await expectCode(commands().fetch({ pool, layer: randomUUID(), source }, hostCall()), 'IMAGE_INVALID')
    expect(await commands().list({ pool }, hostCall())).toEqual({ layers: [] })
  })

  test('what is no disk image is refused', async () => {
    const pool = await suite.openPool()
    const bytes = Buffer.from('this is a letter, not a disk\n'.repeat(100))
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const source = suite.images.publish({ bytes, sha256, sizeBytes: bytes.length, virtualSizeBytes: 0 })
    await expectCode(commands().fetch({ pool, layer: randomUUID(), source }, hostCall()), 'IMAGE_INVALID')
    expect(await commands().list({ pool }, hostCall())).toEqual({ layers: [] })
  })

  test('an image store that is away is told', async () => {
    const pool = await suite.openPool()
    const layer = randomUUID()
    const source = suite.images.publish(IMAGE)
    suite.images.setReachable(source, false)
    await expectCode(commands().fetch({ pool, layer, source }, hostCall()), 'IMAGE_UNREACHABLE')
    suite.images.setReachable(source, true)
    await commands().fetch({ pool, layer, source }, hostCall())
  })

  test('a full pool says how much is left and keeps nothing', async (context) => {
    const fill = offered(suite.subject.fill, context, 'the subject cannot fill a pool')
    const pool = await suite.openPool()
    const layer = randomUUID()
    const source = suite.images.publish(IMAGE)
    const free = await fill(pool)
    try {
      const error = await commands()
        .fetch({ pool, layer, source }, hostCall())
        .then(
          () => undefined,
          (reason: unknown) => reason,
        )
      expect(error).toMatchObject({ code: 'NO_SPACE', details: { availableBytes: expect.any(Number) } })
      expect(await commands().list({ pool }, hostCall())).toEqual({ layers: [] })
    } finally {
      await free()
    }
    await commands().fetch({ pool, layer, source }, hostCall())
  })
}
