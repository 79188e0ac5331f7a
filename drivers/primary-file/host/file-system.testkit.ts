import { execFile } from 'node:child_process'
import { statfsSync } from 'node:fs'
import { mkdtemp, rmdir, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** Makes `directory` a file system of so many MiB, in memory; returns how to take it away. */
export async function mountTmpfs(directory: string, sizeMebibytes: number): Promise<() => Promise<void>> {
  await run('mount', ['-t', 'tmpfs', '-o', `size=${sizeMebibytes}m,mode=0700`, 'basalt', directory])
  return async () => {
    await run('umount', [directory])
  }
}

/** Why no file system can be mounted here; undefined where it works. */
export async function tmpfsProblem(): Promise<string | undefined> {
  const directory = await mkdtemp(join(tmpdir(), 'probe-'))
  try {
    const unmount = await mountTmpfs(directory, 1)
    await unmount()
    return undefined
  } catch (error) {
    return (error as Error).message.trim()
  } finally {
    await rmdir(directory)
  }
}

/** Leaves `leftBytes` of the file system that holds `directory`, rounded down to its blocks; the rest goes to `filler`. */
export async function fillFileSystem(directory: string, filler: string, leftBytes = 0): Promise<void> {
  const { bavail, bsize } = statfsSync(directory)
  await writeFile(filler, Buffer.alloc(Math.max(0, bavail * bsize - leftBytes)))
}
