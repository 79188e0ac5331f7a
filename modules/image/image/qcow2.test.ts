import fc from 'fast-check'
import { expect, test } from 'vitest'
import { checkHeader } from './qcow2.ts'

function header(change: (bytes: Buffer) => void = () => {}): Buffer {
  const bytes = Buffer.alloc(104)
  bytes.writeUInt32BE(0x514649fb, 0)
  bytes.writeUInt32BE(3, 4)
  bytes.writeUInt32BE(16, 20)
  bytes.writeBigUInt64BE(BigInt(48 * 2 ** 20), 24)
  change(bytes)
  return bytes
}

test('[img.add] a plain qcow2 is taken with its size', () => {
  expect(checkHeader(header())).toEqual({ virtualSizeBytes: 48 * 2 ** 20 })
})

test.each<[string, (bytes: Buffer) => void, RegExp]>([
  ['another format', (b) => b.writeUInt32BE(0x4b444d56, 0), /not a qcow2/],
  ['a backing file', (b) => b.writeBigUInt64BE(104n, 8), /backing file/],
  ['an external data file', (b) => b.writeBigUInt64BE(4n, 72), /another file/],
  ['damage', (b) => b.writeBigUInt64BE(2n, 72), /damaged/],
  ['unknown features', (b) => b.writeBigUInt64BE(1n << 40n, 72), /not known/],
  ['encryption', (b) => b.writeUInt32BE(1, 32), /encrypted/],
  ['an absurd size', (b) => b.writeBigUInt64BE(2n ** 60n, 24), /bytes/],
])('[img.add] an image with %s is refused with a remedy', (_, change, message) => {
  expect(() => checkHeader(header(change))).toThrow(message)
})

test('[img.add] no bytes whatever make the parser fail otherwise than by refusing', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const noisy = header((b) => Buffer.from(bytes).copy(b, 4))
      try {
        checkHeader(noisy)
      } catch (error) {
        expect((error as { code?: string }).code).toBe('IMAGE_INVALID')
      }
    }),
  )
})
