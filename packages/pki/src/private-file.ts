import { link, open, readFile, rm, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { PkiError } from './errors.ts'

/** Reads a file that only its owner may read; undefined when there is none. */
export async function readPrivateFile(path: string): Promise<string | undefined> {
  const found = await stat(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
  if (found === undefined) return undefined
  if ((found.mode & 0o077) !== 0) {
    const message = `Others than its owner may open ${path}. If nobody copied it, run: chmod 600 ${path}`
    throw new PkiError('AUTHORITY_EXPOSED', message)
  }
  return readFile(path, 'utf8')
}

/**
 * Creates a file of mode 0600 with all of its contents or not at all, flushed to disk.
 * @returns false when the file exists already; it is left alone
 */
export async function createPrivateFile(path: string, contents: string): Promise<boolean> {
  const unfinished = `${path}.${process.pid}.${crypto.randomUUID()}`
  try {
    await writeAndSync(unfinished, contents)
    // Unlike rename, link refuses to replace: of two processes that start at once one wins, and both use its file.
    await link(unfinished, path)
    await syncDirectory(dirname(path))
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  } finally {
    await rm(unfinished, { force: true })
  }
}

export async function writeAndSync(path: string, contents: string): Promise<void> {
  const file = await open(path, 'wx', 0o600)
  try {
    await file.writeFile(contents)
    await file.sync()
  } finally {
    await file.close()
  }
}

export async function syncDirectory(path: string): Promise<void> {
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
