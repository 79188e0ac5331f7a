import { rm, truncate, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { runTool } from './tools.ts'

const mebibyte = 1024 * 1024
const diskSizeBytes = 48 * mebibyte
/** Fixed volume id, times and no user configuration: equal content gives equal bytes. */
const mtoolsEnvironment = { MTOOLSRC: '/dev/null', MTOOLS_SKIP_CHECK: '1', SOURCE_DATE_EPOCH: '315619200' }
const fixedTime = new Date('1980-01-02T00:00:00Z')

/** Kernel parameters of the image: text console and serial console, the latter being /dev/console. */
export const kernelParameters = 'console=tty0 console=ttyS0,115200 quiet'

const bootMenu = `DEFAULT basalt
PROMPT 0
TIMEOUT 0
SERIAL 0 115200
LABEL basalt
  KERNEL vmlinuz
  INITRD initrd.img
  APPEND ${kernelParameters}
`

/** What `writeBootDisk` puts together. Paths of files; `workDirectory` takes intermediate files. */
export interface BootDiskParts {
  kernelPath: string
  initrdPath: string
  workDirectory: string
  output: string
}

/**
 * Writes a disk that a PC BIOS boots: one FAT file system over the whole disk with SYSLINUX, kernel and initrd, as
 * compact qcow2. Neither mounting nor loop devices nor root are needed.
 */
export async function writeBootDisk(parts: BootDiskParts): Promise<{ virtualSizeBytes: number }> {
  const raw = join(parts.workDirectory, 'disk.raw')
  const menu = join(parts.workDirectory, 'syslinux.cfg')
  await writeFile(raw, '')
  await truncate(raw, diskSizeBytes)
  await writeFile(menu, bootMenu)
  const geometry = ['-t', '48', '-h', '64', '-s', '32', '-F']
  const env = mtoolsEnvironment
  await runTool('mformat', ['-i', raw, ...geometry, '-N', '42a5a170', '-v', 'BASALT', '::'], { env })
  const files = [
    [parts.kernelPath, 'vmlinuz'],
    [parts.initrdPath, 'initrd.img'],
    [menu, 'syslinux.cfg'],
  ] as const
  for (const [path, name] of files) {
    await utimes(path, fixedTime, fixedTime)
    await runTool('mcopy', ['-m', '-i', raw, path, `::${name}`], { env })
  }
  await runTool('syslinux', ['--install', raw], { env })
  await runTool('qemu-img', ['convert', '-f', 'raw', '-O', 'qcow2', raw, parts.output])
  await rm(raw)
  return { virtualSizeBytes: diskSizeBytes }
}
