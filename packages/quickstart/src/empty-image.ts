import { createHash } from 'node:crypto'
import { writeFile } from 'node:fs/promises'

/** The smallest qcow2 there can be: a header and the tables it needs, for a disk of 64 MiB. */
export async function emptyImage(path: string): Promise<{ path: string; sha256: string }> {
  const cluster = 65_536
  const file = Buffer.alloc(4 * cluster)
  file.write('QFI\xfb', 0, 'latin1')
  file.writeUInt32BE(3, 4)
  file.writeUInt32BE(16, 20)
  file.writeBigUInt64BE(64n * 1024n * 1024n, 24)
  file.writeUInt32BE(1, 36)
  file.writeBigUInt64BE(BigInt(3 * cluster), 40)
  file.writeBigUInt64BE(BigInt(cluster), 48)
  file.writeUInt32BE(1, 56)
  file.writeUInt32BE(4, 96)
  file.writeUInt32BE(104, 100)
  file.writeBigUInt64BE(BigInt(2 * cluster), cluster)
  for (let index = 0; index < 4; index++) file.writeUInt16BE(1, 2 * cluster + index * 2)
  await writeFile(path, file)
  return { path, sha256: createHash('sha256').update(file).digest('hex') }
}
