/** An entry of an initramfs. Directories that lead to it must be entries before it. */
export type ArchiveEntry =
  | { path: string; kind: 'directory' }
  | { path: string; kind: 'file'; content: Buffer; executable: boolean }
  | { path: string; kind: 'link'; target: string }
  | { path: string; kind: 'characterDevice'; major: number; minor: number }

const modes = { directory: 0o040755, file: 0o100644, link: 0o120777, characterDevice: 0o020600 } as const

function padded(content: Buffer): Buffer {
  const rest = content.length % 4
  return rest === 0 ? content : Buffer.concat([content, Buffer.alloc(4 - rest)])
}

function record(path: string, mode: number, inode: number, content: Buffer, device: [number, number]): Buffer {
  const name = Buffer.from(`${path}\0`, 'utf8')
  const links = 1
  // inode, mode, uid, gid, links, mtime, size, device major/minor, special major/minor, name length, checksum
  const fields = [inode, mode, 0, 0, links, 0, content.length, 0, 0, ...device, name.length, 0]
  const header = `070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`
  return Buffer.concat([padded(Buffer.concat([Buffer.from(header, 'latin1'), name])), padded(content)])
}

/**
 * Packs entries as a "newc" cpio archive (the kernel's Documentation/driver-api/early-userspace/buffer-format).
 * Owner root, times zero: equal entries give equal bytes.
 */
export function packArchive(entries: readonly ArchiveEntry[]): Buffer {
  const none = Buffer.alloc(0)
  const records = entries.map((entry, index) => {
    const mode = entry.kind === 'file' && entry.executable ? 0o100755 : modes[entry.kind]
    const content = entry.kind === 'file' ? entry.content : entry.kind === 'link' ? Buffer.from(entry.target) : none
    const device: [number, number] = entry.kind === 'characterDevice' ? [entry.major, entry.minor] : [0, 0]
    return record(entry.path, mode, index + 1, content, device)
  })
  return Buffer.concat([...records, record('TRAILER!!!', 0, 0, none, [0, 0])])
}
