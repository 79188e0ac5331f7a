/** Files of an image store: `incoming/` while they arrive, `images/` once they are verified. Names are image ids. */
import { constants } from 'node:fs'
import { access, mkdir, rename, rm, stat, statfs } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { invalidField } from '@basalt/kernel'
import { isUuid } from '@basalt/resource'

export interface StoreUsage {
  totalBytes: number
  availableBytes: number
}

function checked(id: string): string {
  if (!isUuid(id)) throw new TypeError(`not an image id: ${id}`)
  return id
}

/** While it is written. */
export const partPath = (store: string, id: string): string => join(store, 'incoming', `${checked(id)}.part`)
/** All of it is there, not yet verified. */
export const receivedPath = (store: string, id: string): string => join(store, 'incoming', `${checked(id)}.received`)
/** Verified. */
export const imagePath = (store: string, id: string): string => join(store, 'images', `${checked(id)}.qcow2`)

export async function usageOf(store: string): Promise<StoreUsage> {
  const { blocks, bavail, bsize } = await statfs(store)
  return { totalBytes: blocks * bsize, availableBytes: bavail * bsize }
}

/**
 * Make a directory with those above it. Not by `recursive`: Node then never ends where a directory exists in which none can be made
 * and the system calls that ENOENT, as in /proc.
 */
async function makeDirectory(path: string): Promise<void> {
  const make = () =>
    mkdir(path, { mode: 0o750 }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  try {
    await make()
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    await makeDirectory(dirname(path))
    await make()
  }
}

/** Make the directories, and make sure that we may write to them. */
export async function prepareStore(path: string): Promise<StoreUsage> {
  try {
    await makeDirectory(join(path, 'incoming'))
    await makeDirectory(join(path, 'images'))
    await access(join(path, 'images'), constants.W_OK)
    return await usageOf(path)
  } catch (error) {
    throw invalidField(
      'path',
      `cannot be used: ${(error as Error).message}`,
      'Name a directory that the control plane may write to.',
    )
  }
}

/** Size of a file, or null when it is not there. */
export async function sizeOf(path: string): Promise<number | null> {
  try {
    return (await stat(path)).size
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
    throw error
  }
}

/** Remove everything that is kept of an image. */
export async function removeFiles(store: string, id: string): Promise<void> {
  await Promise.all(
    [partPath(store, id), receivedPath(store, id), imagePath(store, id)].map((path) => rm(path, { force: true })),
  )
}

/** A verified image takes its place. */
export const publish = (store: string, id: string): Promise<void> =>
  rename(receivedPath(store, id), imagePath(store, id))
