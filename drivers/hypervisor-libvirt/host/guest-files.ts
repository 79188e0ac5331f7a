import { constants } from 'node:fs'
import { appendFile, chmod, mkdir, open, readdir, rename, rm, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import type { DomainSpec } from '@basalt/contracts'
import { buildSeed } from '@basalt/tiny-image'

/** The most of a console log that one answer carries. */
const MAX_TAIL_BYTES = 1024 * 1024

/** The driver's own files of each guest: NoCloud seed and serial console log. Ids given to it have been checked. */
export interface GuestFiles {
  seedPath(vm: string): string
  consoleLogPath(vm: string): string
  /** Writes the seed and sets the console log of an earlier run aside. */
  prepare(spec: DomainSpec): Promise<void>
  /** Removes seed and logs. */
  removeAll(vm: string): Promise<void>
  /** The end of the console log, at most 1 MiB. Empty when the guest has printed nothing yet. */
  readConsole(vm: string, maxBytes: number): Promise<{ text: string; truncated: boolean }>
  /** Cuts logs that have outgrown `limitBytes` down to their last half. */
  boundConsoles(limitBytes: number): Promise<void>
}

/** Makes the directories. QEMU may run as another user: it can pass through them but not list them. */
export async function openGuestFiles(stateDir: string): Promise<GuestFiles> {
  const seeds = join(stateDir, 'seeds')
  const consoles = join(stateDir, 'consoles')
  for (const directory of [seeds, consoles]) {
    await mkdir(directory, { recursive: true })
    await chmod(directory, 0o711)
  }
  const seedPath = (vm: string) => join(seeds, `${vm}.img`)
  const consoleLogPath = (vm: string) => join(consoles, `${vm}.log`)

  return {
    seedPath,
    consoleLogPath,
    async prepare(spec) {
      const { vm, hostname, userData } = spec
      await buildSeed({ hostname, userData, instanceId: vm, output: seedPath(vm) })
      await rename(consoleLogPath(vm), join(consoles, `${vm}.previous.log`)).catch(ignoreMissing)
    },
    async removeAll(vm) {
      const logs = (await readdir(consoles)).filter((name) => name.startsWith(`${vm}.`))
      await Promise.all([
        rm(seedPath(vm), { force: true }),
        ...logs.map((name) => rm(join(consoles, name), { force: true })),
      ])
    },
    async readConsole(vm, maxBytes) {
      const tail = await readTail(consoleLogPath(vm), Math.min(maxBytes, MAX_TAIL_BYTES))
      return { text: tail.bytes.toString('utf8'), truncated: tail.truncated }
    },
    async boundConsoles(limitBytes) {
      for (const name of await readdir(consoles)) await bound(join(consoles, name), limitBytes)
    },
  }
}

/** Whether files in this place can be read past the page cache; tmpfs, for one, refuses it on older kernels. */
export async function allowsDirectIo(path: string): Promise<boolean> {
  try {
    await (await open(path, constants.O_RDONLY | constants.O_DIRECT)).close()
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EINVAL') return false
    throw error
  }
}

async function readTail(path: string, maxBytes: number): Promise<{ bytes: Buffer; truncated: boolean }> {
  const file = await open(path, 'r').catch(ignoreMissing)
  if (file === undefined) return { bytes: Buffer.alloc(0), truncated: false }
  try {
    const { size } = await file.stat()
    const length = Math.min(size, Math.max(0, Math.floor(maxBytes)))
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, size - length)
    return { bytes: buffer.subarray(0, bytesRead), truncated: size > length }
  } finally {
    await file.close()
  }
}

/** What the guest prints between the two steps stays, in front of what was kept. */
async function bound(path: string, limitBytes: number): Promise<void> {
  const { bytes, truncated } = await readTail(path, limitBytes)
  if (!truncated) return
  await truncate(path)
  await appendFile(path, bytes.subarray(Math.floor(bytes.length / 2)))
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error
  return undefined
}
