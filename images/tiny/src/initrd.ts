import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import { type ArchiveEntry, packArchive } from './cpio.ts'
import { readElfNeeds } from './elf.ts'
import { TinyImageError } from './errors.ts'
import { guestFiles } from './guest-files.ts'
import { collectModules, type KernelTree } from './kernel.ts'

/** Modules loaded before the first mark: what a guest needs to be reached, found and switched off. */
export const firstModules = ['virtio_pci', 'virtio_net', 'virtio_blk', 'virtio_console', 'evdev', 'button'] as const

/** Modules loaded in the background; those a kernel does not have are left out. */
export const laterModules = {
  required: ['vfat', 'nls_cp437', 'nls_ascii', 'nls_iso8859-1', 'nls_utf8'],
  optional: [
    ...['virtio_balloon', 'virtio_rng', 'virtio-rng', 'virtio_scsi', 'ahci', 'ata_piix', 'sd_mod', 'sr_mod'],
    ...['isofs', 'ext4', 'xfs', 'virtio_input', 'usbhid'],
  ],
} as const

const directories = [
  ...['bin', 'dev', 'etc', 'etc/basalt', 'lib', 'lib/modules', 'lib/x86_64-linux-gnu', 'lib64', 'mnt', 'proc', 'root'],
  ...['run', 'sbin', 'seed', 'sys', 'tmp', 'usr', 'usr/sbin', 'usr/share', 'var', 'www', 'www/cgi-bin'],
]

const loaderPath = 'lib64/ld-linux-x86-64.so.2'
/** udhcpc rewrites its content, so it lives on the writable /run. */
const links: Record<string, string> = {
  'etc/resolv.conf': '/run/resolv.conf',
  'usr/bin': '/bin',
  'var/run': '/run',
}

function file(path: string, content: Buffer, executable: boolean): ArchiveEntry {
  return { path, kind: 'file', content, executable }
}

async function firstExisting(root: string, candidates: readonly string[]): Promise<Buffer> {
  for (const candidate of candidates) {
    const content = await readFile(join(root, candidate)).catch(() => undefined)
    if (content) return content
  }
  const remedy = 'Refresh the package lists (apt-get update) and try again.'
  throw new TinyImageError('PACKAGE_CONTENT', `The packages lack ${candidates[0]}.`, remedy)
}

/** busybox alone; its applets become links when the guest starts. */
async function busyboxEntries(root: string): Promise<ArchiveEntry[]> {
  const content = await firstExisting(root, ['usr/bin/busybox', 'bin/busybox'])
  return [file('bin/busybox', content, true), { path: 'bin/sh', kind: 'link', target: 'busybox' }]
}

/** The guest agent with the loader and every library it needs, found below `root`. */
async function agentEntries(root: string): Promise<ArchiveEntry[]> {
  const libraryPlaces = ['usr/lib/x86_64-linux-gnu', 'lib/x86_64-linux-gnu', 'usr/lib64', 'lib64']
  const program = await firstExisting(root, ['usr/sbin/qemu-ga', 'usr/bin/qemu-ga'])
  const entries = [file('usr/sbin/qemu-ga', program, true)]
  const seen = new Set<string>()
  const queue = readElfNeeds(program).libraries
  for (let name = queue.pop(); name !== undefined; name = queue.pop()) {
    if (seen.has(name)) continue
    seen.add(name)
    const content = await firstExisting(
      root,
      libraryPlaces.map((place) => join(place, basename(name))),
    )
    queue.push(...readElfNeeds(content).libraries)
    const isLoader = basename(loaderPath) === name
    entries.push(file(isLoader ? loaderPath : `lib/x86_64-linux-gnu/${name}`, content, true))
  }
  return entries
}

async function moduleEntries(tree: KernelTree): Promise<ArchiveEntry[]> {
  const first = await collectModules(tree, { required: firstModules, optional: [] })
  const all = await collectModules(tree, {
    required: [...firstModules, ...laterModules.required],
    optional: laterModules.optional,
  })
  const names = (modules: typeof all) => Buffer.from(`${modules.map((module) => module.name).join('\n')}\n`)
  return [
    ...all.map((module) => file(`lib/modules/${module.name}.ko`, module.content, false)),
    file('etc/basalt/modules-first', names(first), false),
    file('etc/basalt/modules-later', names(all.slice(first.length)), false),
  ]
}

/** Builds the guest's whole user land from unpacked packages: a gzip-compressed initramfs, equal bytes for equal input. */
export async function buildInitrd(root: string, tree: KernelTree): Promise<Buffer> {
  const own = Object.entries(guestFiles).map(([path, text]) => file(path, Buffer.from(text), text.startsWith('#!')))
  const entries: ArchiveEntry[] = [
    ...directories.map((path): ArchiveEntry => ({ path, kind: 'directory' })),
    { path: 'dev/console', kind: 'characterDevice', major: 5, minor: 1 },
    ...Object.entries(links).map(([path, target]): ArchiveEntry => ({ path, kind: 'link', target })),
    ...(await busyboxEntries(root)),
    ...(await agentEntries(root)),
    ...(await moduleEntries(tree)),
    ...own,
  ]
  return promisify(gzip)(packArchive(entries), { level: 6 })
}
