import { constants } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { PrimaryFileError } from './errors.ts'

const magic = 0x514649fb
const headerBytes = 104
const sectorBytes = 512
/** Larger disks than this are a mistake or an attack on whoever allocates by them. */
const maxVirtualSizeBytes = 64 * 2 ** 40
const maxBackingNameBytes = 1023
const maxExtensions = 64
const externalDataFileName = 0x44415441
const endOfExtensions = 0

/** Incompatible feature bits that we understand. */
const feature = { dirty: 0n, corrupt: 1n, externalData: 2n, compressionType: 3n, extendedL2: 4n } as const
const harmlessFeatures = (1n << feature.dirty) | (1n << feature.compressionType) | (1n << feature.extendedL2)

/** What the header of a qcow2 file says (QEMU's docs/interop/qcow2). */
export interface Qcow2Header {
  version: number
  virtualSizeBytes: number
  backingFile: string | null
  encrypted: boolean
  incompatibleFeatures: bigint
  extensionTypes: number[]
}

/** A header with the space its file takes on the pool. */
export interface Qcow2File extends Qcow2Header {
  allocatedBytes: number
}

function invalid(reason: string, cause?: unknown): PrimaryFileError {
  const remedy = 'Provide a complete, stand-alone qcow2 image (qemu-img convert -O qcow2 makes one).'
  return new PrimaryFileError('IMAGE_INVALID', `The image is not usable: ${reason}.`, remedy, { cause })
}

async function readAt(file: FileHandle, offset: number, lengthBytes: number): Promise<Buffer> {
  const buffer = Buffer.alloc(lengthBytes)
  const { bytesRead } = await file.read(buffer, 0, lengthBytes, offset)
  return buffer.subarray(0, bytesRead)
}

async function readExtensionTypes(file: FileHandle, start: number): Promise<number[]> {
  const types: number[] = []
  for (let at = start; types.length < maxExtensions; ) {
    const head = await readAt(file, at, 8)
    if (head.length < 8) throw invalid('its header is cut off')
    const type = head.readUInt32BE(0)
    if (type === endOfExtensions) return types
    types.push(type)
    at += 8 + Math.ceil(head.readUInt32BE(4) / 8) * 8
  }
  throw invalid('its header has too many extensions')
}

async function readBackingFile(file: FileHandle, header: Buffer): Promise<string | null> {
  const offset = header.readBigUInt64BE(8)
  if (offset === 0n) return null
  const lengthBytes = header.readUInt32BE(16)
  if (lengthBytes === 0 || lengthBytes > maxBackingNameBytes || offset > 2n ** 21n) {
    throw invalid('its backing file name is malformed')
  }
  return (await readAt(file, Number(offset), lengthBytes)).toString('utf8')
}

/** L1 table and refcount table; a cut-off file lacks them. */
function assertTablesInside(header: Buffer, fileBytes: number): void {
  const l1End = header.readBigUInt64BE(40) + 8n * BigInt(header.readUInt32BE(36))
  const refcountTable = header.readBigUInt64BE(48)
  if (l1End > BigInt(fileBytes) || refcountTable === 0n || refcountTable >= BigInt(fileBytes)) {
    throw invalid('its tables lie outside the file')
  }
}

async function parse(file: FileHandle, fileBytes: number): Promise<Qcow2Header> {
  const header = await readAt(file, 0, headerBytes)
  if (header.length < 72 || header.readUInt32BE(0) !== magic) throw invalid('it is not in qcow2 format')
  const version = header.readUInt32BE(4)
  if (version !== 2 && version !== 3) throw invalid(`qcow2 version ${version} is unknown`)
  if (version === 3 && header.length < headerBytes) throw invalid('its header is cut off')
  const clusterBits = header.readUInt32BE(20)
  if (clusterBits < 9 || clusterBits > 21) throw invalid('its cluster size is out of range')
  const size = header.readBigUInt64BE(24)
  if (size === 0n || size > BigInt(maxVirtualSizeBytes)) throw invalid('its disk size is out of range')
  assertTablesInside(header, fileBytes)
  const headerLength = version === 3 ? header.readUInt32BE(100) : 72
  if (headerLength < 72 || headerLength > 2 ** clusterBits) throw invalid('its header length is out of range')
  return {
    version,
    virtualSizeBytes: Number(size),
    backingFile: await readBackingFile(file, header),
    encrypted: header.readUInt32BE(32) !== 0,
    incompatibleFeatures: version === 3 ? header.readBigUInt64BE(72) : 0n,
    extensionTypes: await readExtensionTypes(file, headerLength),
  }
}

/**
 * Reads the header of a regular file without following a symbolic link.
 * @throws PrimaryFileError IMAGE_INVALID; system errors such as ENOENT as they are
 */
export async function readQcow2(path: string): Promise<Qcow2File> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
  try {
    const status = await file.stat()
    if (!status.isFile()) throw invalid('it is not a regular file')
    return { ...(await parse(file, status.size)), allocatedBytes: status.blocks * sectorBytes }
  } finally {
    await file.close()
  }
}

/**
 * Refuses what a stranger's image must not contain: any reference to another file, by which a host would read or write
 * outside the pool for its author, and anything that needs secrets or repair.
 * @throws PrimaryFileError IMAGE_INVALID
 */
export function assertStandAlone(header: Qcow2Header): void {
  if (header.backingFile !== null) throw invalid('it refers to a backing file')
  const features = header.incompatibleFeatures
  const hasExternalName = header.extensionTypes.includes(externalDataFileName)
  if (features & (1n << feature.externalData) || hasExternalName) throw invalid('it refers to an external data file')
  if (header.encrypted) throw invalid('it is encrypted')
  if (features & (1n << feature.corrupt)) throw invalid('it is marked as corrupt')
  if (features & ~harmlessFeatures) throw invalid('it uses features unknown here')
  if (header.virtualSizeBytes % sectorBytes !== 0) throw invalid('its disk size is not a multiple of 512 bytes')
}

/** Compares with what QEMU itself says about the file (`qemu-img info --output=json`). */
export function assertAgrees(header: Qcow2Header, infoJson: string): void {
  let info: Record<string, unknown>
  try {
    info = JSON.parse(infoJson) as Record<string, unknown>
  } catch (cause) {
    throw invalid('qemu-img could not describe it', cause)
  }
  const specific = (info['format-specific'] as { data?: Record<string, unknown> } | undefined)?.data ?? {}
  if (info.format !== 'qcow2' || info['virtual-size'] !== header.virtualSizeBytes) {
    throw invalid('QEMU reads it differently than its header says')
  }
  const references = [info['backing-filename'], info['full-backing-filename'], specific['data-file']]
  if (references.some((reference) => reference !== undefined)) throw invalid('it refers to another file')
  if (info.encrypted === true || specific.corrupt === true) throw invalid('it is encrypted or corrupt')
}
