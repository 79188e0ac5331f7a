import { createHash } from 'node:crypto'
import { open, readFile, rename } from 'node:fs/promises'
import { dirname } from 'node:path'
import { transportError } from './errors.ts'

/**
 * An append-only file of checked lines: 16 hexadecimal digits of the SHA-256 of the rest, a space, and a JSON array of records.
 * Everything appended together is one line, so a crash can only spoil the last one, and that one was never confirmed.
 */
export interface LedgerFile<Entry> {
  /** Settles when the entry is on disk. Entries that wait for the disk at the same time share one flush. */
  append(entry: Entry): Promise<void>
  readonly sizeBytes: number
  /** Replaces all contents in one step. What remains is asked for at that moment, when everything appended before is in the file. */
  rewrite(remaining: () => readonly Entry[]): Promise<void>
  close(): Promise<void>
}

interface Waiting<Entry> {
  readonly entry: Entry
  resolve(): void
  reject(error: unknown): void
}

/** Opens or creates the file and gives what it holds. @throws TransportError LEDGER_DAMAGED */
export async function openLedgerFile<Entry>(path: string): Promise<{ file: LedgerFile<Entry>; entries: Entry[] }> {
  const { entries, validBytes } = await readEntries<Entry>(path)
  let handle = await open(path, 'a', 0o600)
  await handle.truncate(validBytes)
  await handle.sync()
  await syncDirectoryOf(path)
  let sizeBytes = validBytes
  let waiting: Waiting<Entry>[] = []
  let work: Promise<void> = Promise.resolve()
  let spoiled = false

  async function flush(): Promise<void> {
    const batch = waiting
    waiting = []
    if (batch.length === 0) return
    try {
      if (spoiled) throw new Error('An earlier write failed halfway and could not be cut off.')
      const line = encodeLine(batch.map(({ entry }) => entry))
      await appendLine(line)
      sizeBytes += line.length
      for (const { resolve } of batch) resolve()
    } catch (cause) {
      const error = transportError('LEDGER_UNWRITABLE', `The agent's ledger ${path} cannot be written.`, {
        remedy: 'Free space on the disk, or repair it.',
        cause,
      })
      for (const { reject } of batch) reject(error)
    }
  }
  async function appendLine(line: Buffer): Promise<void> {
    spoiled = true
    try {
      await handle.appendFile(line)
      await handle.datasync()
    } catch (error) {
      // A half-written line has to go, or a later one would follow garbage.
      await handle.truncate(sizeBytes)
      spoiled = false
      throw error
    }
    spoiled = false
  }
  function enqueue(task: () => Promise<void>): Promise<void> {
    const done = work.then(task)
    work = done.catch(() => undefined)
    return done
  }
  async function replace(remaining: () => readonly Entry[]): Promise<void> {
    const line = encodeLine(remaining())
    const fresh = `${path}.new`
    const replacement = await open(fresh, 'w', 0o600)
    try {
      await replacement.write(line)
      await replacement.sync()
    } finally {
      await replacement.close()
    }
    await rename(fresh, path)
    await syncDirectoryOf(path)
    await handle.close()
    handle = await open(path, 'a')
    sizeBytes = line.length
  }
  const file: LedgerFile<Entry> = {
    append: (entry) =>
      new Promise((resolve, reject) => {
        waiting.push({ entry, resolve, reject })
        void enqueue(flush)
      }),
    get sizeBytes() {
      return sizeBytes
    },
    rewrite: (remaining) => enqueue(() => replace(remaining)),
    close: () => enqueue(() => handle.close()),
  }
  return { file, entries }
}

function encodeLine(entries: readonly unknown[]): Buffer {
  const json = JSON.stringify(entries)
  return Buffer.from(`${checksum(json)} ${json}\n`)
}

async function readEntries<Entry>(path: string): Promise<{ entries: Entry[]; validBytes: number }> {
  const contents = await readFile(path).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return Buffer.alloc(0)
    throw error
  })
  const entries: Entry[] = []
  let validBytes = 0
  while (validBytes < contents.length) {
    const end = contents.indexOf('\n', validBytes)
    const line = end === -1 ? undefined : decodeLine<Entry>(contents.subarray(validBytes, end).toString('utf8'))
    if (line === undefined) {
      if (end === -1 || end === contents.length - 1) break
      throw transportError('LEDGER_DAMAGED', `The agent's ledger ${path} is damaged at byte ${validBytes}.`, {
        remedy: 'Restore it from a backup; or, when no task is at work on this host, remove it.',
      })
    }
    for (const entry of line) entries.push(entry)
    validBytes = end + 1
  }
  return { entries, validBytes }
}

function decodeLine<Entry>(line: string): Entry[] | undefined {
  const json = line.slice(17)
  return line.slice(0, 16) === checksum(json) ? (JSON.parse(json) as Entry[]) : undefined
}

function checksum(json: string): string {
  return createHash('sha256').update(json).digest('hex').slice(0, 16)
}

async function syncDirectoryOf(path: string): Promise<void> {
  const directory = await open(dirname(path), 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}
