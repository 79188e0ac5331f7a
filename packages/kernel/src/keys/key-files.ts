/**
 * Where a node keeps its master keys, readable by itself alone: the one that seals in `master.key`, others beside it in `master-keys/`.
 * Each file appears whole or not at all, and is on the disk before anything is sealed with it.
 */
import { randomBytes, randomUUID } from 'node:crypto'
import { link, mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createKeyring, KEY_BYTES, type Keyring, masterKeyId } from './keyring.ts'

async function writeDurably(file: string, bytes: Buffer): Promise<void> {
  const handle = await open(file, 'w', 0o600)
  try {
    await handle.writeFile(bytes)
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** A name of one writer alone: nobody else writes, links or removes it, not even in the same process. */
const unfinishedName = (file: string): string => `${file}.${randomUUID()}`

async function replace(file: string, bytes: Buffer): Promise<void> {
  const unfinished = unfinishedName(file)
  await writeDurably(unfinished, bytes)
  await rename(unfinished, file)
}

async function read(file: string): Promise<Buffer> {
  const key = await readFile(file)
  if (key.length !== KEY_BYTES) throw new Error(`${file} does not hold a master key; restore it from a backup`)
  return key
}

/** The master key of a file (mode 0600), made when there is none. Nodes that start at once get the same. */
export async function masterKey(file: string): Promise<Buffer> {
  const mine = unfinishedName(file)
  await writeDurably(mine, randomBytes(KEY_BYTES))
  try {
    // Appears whole or not at all; who comes second takes the first one's.
    await link(mine, file)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
  } finally {
    await rm(mine, { force: true })
  }
  return read(file)
}

export interface KeyFiles {
  save(bytes: Buffer): Promise<void>
  /** The one that seals from now on; the former stays beside it. */
  activate(bytes: Buffer): Promise<void>
  remove(id: string): Promise<void>
}

/** Keys that are in memory only. */
export const noKeyFiles: KeyFiles = { save: async () => {}, activate: async () => {}, remove: async () => {} }

export function createKeyFiles(dataDir: string): KeyFiles {
  const active = join(dataDir, 'master.key')
  const directory = join(dataDir, 'master-keys')
  const fileOf = (bytes: Buffer): string => join(directory, `${masterKeyId(bytes)}.key`)
  async function save(bytes: Buffer): Promise<void> {
    await mkdir(directory, { recursive: true, mode: 0o700 })
    await replace(fileOf(bytes), bytes)
  }
  return {
    save,
    async activate(bytes) {
      const former = await read(active)
      if (former.equals(bytes)) return
      await save(former)
      await replace(active, bytes)
      await rm(fileOf(bytes), { force: true })
    },
    remove: (id) => rm(join(directory, `${id}.key`), { force: true }),
  }
}

async function otherKeys(directory: string): Promise<Buffer[]> {
  const names = await readdir(directory).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  return Promise.all(names.filter((name) => name.endsWith('.key')).map((name) => read(join(directory, name))))
}

/** What a node has, the one that seals first; nothing is made. */
export async function readKeys(dataDir: string): Promise<Buffer[]> {
  const active = await read(join(dataDir, 'master.key')).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null
    throw error
  })
  return [...(active ? [active] : []), ...(await otherKeys(join(dataDir, 'master-keys')))]
}

/** All keys of a node; the first is made when there is none. */
export async function openKeyring(dataDir: string): Promise<Keyring> {
  const active = await masterKey(join(dataDir, 'master.key'))
  return createKeyring(active, await otherKeys(join(dataDir, 'master-keys')))
}
