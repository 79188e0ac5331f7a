import { TinyImageError } from './errors.ts'

const programHeaderDynamic = 2
const programHeaderInterpreter = 3
const programHeaderLoad = 1
const tagNeeded = 1n
const tagStringTable = 5n

interface Segment {
  type: number
  offset: number
  address: bigint
  sizeBytes: number
}

/** What a 64-bit little-endian ELF file wants at run time. */
export interface ElfNeeds {
  /** Path of the dynamic loader, absent in libraries. */
  interpreter?: string
  /** Names of the shared libraries, such as `libc.so.6`. */
  libraries: string[]
}

function segments(file: Buffer): Segment[] {
  const tableOffset = Number(file.readBigUInt64LE(32))
  const entryBytes = file.readUInt16LE(54)
  return Array.from({ length: file.readUInt16LE(56) }, (_, index) => {
    const at = tableOffset + index * entryBytes
    return {
      type: file.readUInt32LE(at),
      offset: Number(file.readBigUInt64LE(at + 8)),
      address: file.readBigUInt64LE(at + 16),
      sizeBytes: Number(file.readBigUInt64LE(at + 32)),
    }
  })
}

function textAt(file: Buffer, offset: number): string {
  return file.toString('latin1', offset, file.indexOf(0, offset))
}

function fileOffset(loads: Segment[], address: bigint): number {
  const home = loads.find((load) => address >= load.address && address < load.address + BigInt(load.sizeBytes))
  if (!home) throw malformed()
  return home.offset + Number(address - home.address)
}

function malformed(): TinyImageError {
  const remedy = 'Refresh the package lists (apt-get update) and try again.'
  return new TinyImageError('PACKAGE_CONTENT', 'A packaged program is not a usable 64-bit ELF file.', remedy)
}

/** Reads loader and needed libraries (System V ABI, dynamic section) of an x86-64 ELF file. */
export function readElfNeeds(file: Buffer): ElfNeeds {
  if (file.length < 64 || file.readUInt32BE(0) !== 0x7f454c46 || file[4] !== 2 || file[5] !== 1) throw malformed()
  const all = segments(file)
  const loads = all.filter((segment) => segment.type === programHeaderLoad)
  const interpreter = all.find((segment) => segment.type === programHeaderInterpreter)
  const dynamic = all.find((segment) => segment.type === programHeaderDynamic)
  const entries: Array<[bigint, bigint]> = []
  for (let at = dynamic?.offset ?? 0; dynamic && at < dynamic.offset + dynamic.sizeBytes; at += 16) {
    entries.push([file.readBigUInt64LE(at), file.readBigUInt64LE(at + 8)])
  }
  const strings = entries.find(([tag]) => tag === tagStringTable)
  const stringsOffset = strings ? fileOffset(loads, strings[1]) : 0
  return {
    interpreter: interpreter && textAt(file, interpreter.offset),
    libraries: entries
      .filter(([tag]) => tag === tagNeeded)
      .map(([, value]) => textAt(file, stringsOffset + Number(value))),
  }
}
