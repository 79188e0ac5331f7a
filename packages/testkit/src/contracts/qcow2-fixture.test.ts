import { execFile } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { qcow2Fixture } from './qcow2-fixture.ts'

const run = promisify(execFile)

test('QEMU finds no fault in the image, and the same disk in it', async (context) => {
  const probe = await run('qemu-img', ['--version']).catch(() => undefined)
  if (!probe) context.skip('qemu-img is not installed')
  const directory = await mkdtemp(join(tmpdir(), 'basalt-qcow2-'))
  try {
    const path = join(directory, 'image.qcow2')
    const fixture = qcow2Fixture({ virtualSizeBytes: 8 * 1024 ** 2, dataClusters: 3 })
    await writeFile(path, fixture.bytes)
    const check = JSON.parse((await run('qemu-img', ['check', '--output=json', path])).stdout) as object
    expect(check).toMatchObject({ 'check-errors': 0, 'allocated-clusters': 3 })
    expect(check).not.toHaveProperty('leaks')
    const info = JSON.parse((await run('qemu-img', ['info', '--output=json', path])).stdout) as object
    expect(info).toMatchObject({ format: 'qcow2', 'virtual-size': fixture.virtualSizeBytes })
  } finally {
    await rm(directory, { recursive: true })
  }
})

test('an image on another file says so', async () => {
  const { bytes } = qcow2Fixture({ backingFile: '/etc/hostname' })
  const at = Number(bytes.readBigUInt64BE(8))
  expect(bytes.toString('utf8', at, at + bytes.readUInt32BE(16))).toBe('/etc/hostname')
})
