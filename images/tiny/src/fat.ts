const sectorBytes = 512
const entryBytes = 32
const totalSectors = 512
const fatSectors = 2
const rootEntries = 64
const rootSectors = (rootEntries * entryBytes) / sectorBytes
const firstDataSector = 1 + 2 * fatSectors + rootSectors
const endOfChain = 0xfff
const mediaFixedDisk = 0xf8
const attributes = { readOnly: 0x01, volumeLabel: 0x08, longName: 0x0f }
const unitsPerLongEntry = 13
/** 1980-01-01, the first day FAT knows: equal content gives equal bytes. */
const fixedDate = 0x0021

/** A file in the root directory; long names are allowed. */
export interface FatFile {
  name: string
  content: Buffer
}

function bootSector(volumeLabel: string): Buffer {
  const sector = Buffer.alloc(sectorBytes)
  sector.set([0xeb, 0x3c, 0x90])
  sector.write('MSDOS5.0', 3, 'latin1')
  sector.writeUInt16LE(sectorBytes, 11)
  sector.writeUInt8(1, 13) // sectors per cluster
  sector.writeUInt16LE(1, 14) // reserved sectors
  sector.writeUInt8(2, 16) // copies of the allocation table
  sector.writeUInt16LE(rootEntries, 17)
  sector.writeUInt16LE(totalSectors, 19)
  sector.writeUInt8(mediaFixedDisk, 21)
  sector.writeUInt16LE(fatSectors, 22)
  sector.writeUInt16LE(32, 24) // sectors per track
  sector.writeUInt16LE(2, 26) // heads
  sector.writeUInt8(0x80, 36)
  sector.writeUInt8(0x29, 38) // volume id, label and type follow
  sector.writeUInt32LE(0xba5a17ed, 39)
  sector.write(volumeLabel.padEnd(11), 43, 'latin1')
  sector.write('FAT12   ', 54, 'latin1')
  sector.writeUInt16LE(0xaa55, 510)
  return sector
}

function directoryEntry(shortName: string, attribute: number, firstCluster: number, sizeBytes: number): Buffer {
  const entry = Buffer.alloc(entryBytes)
  entry.write(shortName, 0, 'latin1')
  entry.writeUInt8(attribute, 11)
  entry.writeUInt16LE(fixedDate, 16)
  entry.writeUInt16LE(fixedDate, 18)
  entry.writeUInt16LE(fixedDate, 24)
  entry.writeUInt16LE(firstCluster, 26)
  entry.writeUInt32LE(sizeBytes, 28)
  return entry
}

function shortNameChecksum(shortName: string): number {
  return [...Buffer.from(shortName, 'latin1')].reduce((sum, byte) => (((sum & 1) << 7) + (sum >> 1) + byte) & 0xff, 0)
}

/** Long-name entries precede the short one, last piece first; unused units are 0xffff after one terminating zero. */
function longNameEntries(name: string, shortName: string): Buffer[] {
  const units = [...name].map((character) => character.charCodeAt(0))
  const pieces = Math.ceil(units.length / unitsPerLongEntry)
  const places = [1, 3, 5, 7, 9, 14, 16, 18, 20, 22, 24, 28, 30]
  return Array.from({ length: pieces }, (_, index) => {
    const entry = Buffer.alloc(entryBytes)
    entry.writeUInt8((index + 1) | (index + 1 === pieces ? 0x40 : 0), 0)
    entry.writeUInt8(attributes.longName, 11)
    entry.writeUInt8(shortNameChecksum(shortName), 13)
    places.forEach((place, unit) => {
      const position = index * unitsPerLongEntry + unit
      entry.writeUInt16LE(units[position] ?? (position === units.length ? 0 : 0xffff), place)
    })
    return entry
  }).reverse()
}

/** Writes one 12-bit entry of the allocation table. */
function setNextCluster(table: Buffer, cluster: number, next: number): void {
  const at = Math.floor((cluster * 3) / 2)
  const pair = table.readUInt16LE(at)
  table.writeUInt16LE(cluster % 2 === 0 ? (pair & 0xf000) | next : (pair & 0x000f) | (next << 4), at)
}

/**
 * Packs a few small files into a 256 KiB FAT12 file system without partition table (Microsoft's "FAT: General
 * Overview of On-Disk Format"). `volumeLabel` has up to 11 upper-case characters, names are ASCII.
 * @throws RangeError when the files do not fit
 */
export function packFat(volumeLabel: string, files: readonly FatFile[]): Buffer {
  const table = Buffer.alloc(fatSectors * sectorBytes)
  setNextCluster(table, 0, 0xf00 | mediaFixedDisk)
  setNextCluster(table, 1, endOfChain)
  const entries = [directoryEntry(volumeLabel.padEnd(11), attributes.volumeLabel, 0, 0)]
  const image = Buffer.alloc(totalSectors * sectorBytes)
  let cluster = 2
  for (const [index, { name, content }] of files.entries()) {
    const clusters = Math.ceil(content.length / sectorBytes)
    if (firstDataSector + cluster - 2 + clusters > totalSectors) throw new RangeError('the files do not fit')
    const shortName = `FILE~${index + 1}`.padEnd(11)
    entries.push(...longNameEntries(name, shortName))
    entries.push(directoryEntry(shortName, attributes.readOnly, clusters > 0 ? cluster : 0, content.length))
    content.copy(image, (firstDataSector + cluster - 2) * sectorBytes)
    for (let left = clusters; left > 0; left--, cluster++) {
      setNextCluster(table, cluster, left > 1 ? cluster + 1 : endOfChain)
    }
  }
  if (entries.length > rootEntries) throw new RangeError('too many files')
  bootSector(volumeLabel).copy(image)
  table.copy(image, sectorBytes)
  table.copy(image, (1 + fatSectors) * sectorBytes)
  Buffer.concat(entries).copy(image, (1 + 2 * fatSectors) * sectorBytes)
  return image
}
