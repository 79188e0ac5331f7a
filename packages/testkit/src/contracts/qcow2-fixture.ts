import { createHash } from 'node:crypto'

/** A small but complete disk image. */
export interface Qcow2Fixture {
  bytes: Buffer
  sha256: string
  sizeBytes: number
  virtualSizeBytes: number
}

const CLUSTER_BYTES = 65_536
const COPIED = 1n << 63n
const HEADER_BYTES = 104

/**
 * A valid qcow2 file (version 3, QEMU's docs/interop/qcow2) with 64 KiB clusters: header, L1 table, refcount table and block,
 * one L2 table, and `dataClusters` clusters of data (each filled with its number, mixed with `seed`).
 * `backingFile` names another file as its base, which an image from a stranger must not do.
 */
export function qcow2Fixture(
  options: { virtualSizeBytes?: number; dataClusters?: number; seed?: number; backingFile?: string } = {},
): Qcow2Fixture {
  const { virtualSizeBytes = 16 * 1024 ** 2, dataClusters = 4, seed = 1, backingFile } = options
  const clusters = Array.from({ length: 5 + dataClusters }, () => Buffer.alloc(CLUSTER_BYTES))
  const [header, l1, refcountTable, refcounts, l2] = clusters as [Buffer, Buffer, Buffer, Buffer, Buffer]
  writeHeader(header, virtualSizeBytes)
  if (backingFile) writeBackingFile(header, backingFile)
  l1.writeBigUInt64BE(COPIED | BigInt(4 * CLUSTER_BYTES), 0)
  refcountTable.writeBigUInt64BE(BigInt(3 * CLUSTER_BYTES), 0)
  for (let i = 0; i < clusters.length; i++) refcounts.writeUInt16BE(1, i * 2)
  for (let i = 0; i < dataClusters; i++) {
    l2.writeBigUInt64BE(COPIED | BigInt((5 + i) * CLUSTER_BYTES), i * 8)
    clusters[5 + i]?.fill((i * 31 + seed) % 251)
  }
  const bytes = Buffer.concat(clusters)
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  return { bytes, sha256, sizeBytes: bytes.length, virtualSizeBytes }
}

function writeHeader(header: Buffer, virtualSizeBytes: number): void {
  header.writeUInt32BE(0x514649fb, 0)
  header.writeUInt32BE(3, 4)
  header.writeUInt32BE(16, 20)
  header.writeBigUInt64BE(BigInt(virtualSizeBytes), 24)
  header.writeUInt32BE(1, 36)
  header.writeBigUInt64BE(BigInt(CLUSTER_BYTES), 40)
  header.writeBigUInt64BE(BigInt(2 * CLUSTER_BYTES), 48)
  header.writeUInt32BE(1, 56)
  header.writeUInt32BE(4, 96)
  header.writeUInt32BE(HEADER_BYTES, 100)
}

function writeBackingFile(header: Buffer, name: string): void {
  const at = HEADER_BYTES + 8
  header.writeBigUInt64BE(BigInt(at), 8)
  header.writeUInt32BE(Buffer.byteLength(name), 16)
  header.write(name, at)
}
