/** The header of a qcow2 file, read without trusting it (QEMU, docs/interop/qcow2.txt). */
import { open } from 'node:fs/promises'
import { Problem } from '@basalt/kernel'

const MAGIC = 0x514649fb
const HEADER_BYTES = 104
const MIB = 2 ** 20
const MAX_VIRTUAL_BYTES = 64 * 2 ** 40

const INCOMPATIBLE = { dirty: 1n, corrupt: 2n, externalData: 4n, compressionType: 8n, extendedL2: 16n }
const KNOWN_FEATURES = Object.values(INCOMPATIBLE).reduce((sum, bit) => sum | bit, 0n)

const refuse = (detail: string, remedy: string): Problem =>
  new Problem({ status: 422, code: 'IMAGE_INVALID', detail, remedy })

/**
 * Size of the disk in a qcow2 header.
 * @throws Problem IMAGE_INVALID when it is no qcow2, is encrypted, damaged, or refers to another file: a guest must never reach
 *   a file of the host through its image
 */
export function checkHeader(header: Buffer): { virtualSizeBytes: number } {
  const convert = 'Convert it: qemu-img convert -O qcow2 <source> <target>.'
  if (header.length < HEADER_BYTES || header.readUInt32BE(0) !== MAGIC)
    throw refuse('The file is not a qcow2 image.', convert)
  const version = header.readUInt32BE(4)
  if (version !== 2 && version !== 3)
    throw refuse(`The image is qcow2 version ${version}; versions 2 and 3 are known.`, convert)
  if (header.readBigUInt64BE(8) !== 0n || header.readUInt32BE(16) !== 0)
    throw refuse(
      'The image has a backing file, which would reach outside of it.',
      'Flatten it: qemu-img convert -O qcow2 <source> <target>.',
    )
  const features = version === 3 ? header.readBigUInt64BE(72) : 0n
  if (features & INCOMPATIBLE.externalData) throw refuse('The image keeps its data in another file.', convert)
  if (features & (INCOMPATIBLE.dirty | INCOMPATIBLE.corrupt))
    throw refuse('The image is damaged or was not closed.', 'Repair it: qemu-img check -r all <file>.')
  if (features & ~KNOWN_FEATURES) throw refuse('The image uses features that are not known.', convert)
  if (header.readUInt32BE(32) !== 0) throw refuse('The image is encrypted.', convert)
  const clusterBits = header.readUInt32BE(20)
  if (clusterBits < 9 || clusterBits > 21) throw refuse('The header of the image is damaged.', convert)
  const size = header.readBigUInt64BE(24)
  if (size < BigInt(MIB) || size > BigInt(MAX_VIRTUAL_BYTES))
    throw refuse(`The disk in the image has ${size} bytes; 1 MiB to 64 TiB are possible.`, 'Choose another image.')
  return { virtualSizeBytes: Number(size) }
}

/** Read and check the header of a file. */
export async function inspect(path: string): Promise<{ virtualSizeBytes: number }> {
  const file = await open(path, 'r')
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEADER_BYTES), 0, HEADER_BYTES, 0)
    return checkHeader(buffer.subarray(0, bytesRead))
  } finally {
    await file.close()
  }
}
