import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { resolveDataDir } from '../data-dir.ts'
import { findPostmaster } from '../postmaster.ts'

/** A private directory that everybody may enter, so that servers of other users work in it. */
export async function makeDirectory(): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), 'basalt-pg-'))
  await chmod(directory, 0o711)
  return directory
}

/** Ends the server of the data directory `data`, if one is left, and removes everything. */
export async function removeDirectory(directory: string): Promise<void> {
  const left = await findPostmaster(await resolveDataDir(join(directory, 'data')))
  if (left !== undefined) process.kill(left.pid, 'SIGQUIT')
  await rm(directory, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 })
}

export async function queryOne<T>(url: string, statement: string): Promise<T> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const { rows } = await client.query<{ value: T }>(`select (${statement}) as value`)
    if (rows[0] === undefined) throw new Error('no row')
    return rows[0].value
  } finally {
    await client.end()
  }
}

export interface Report {
  readonly pid: number
  readonly adopted: boolean
  readonly uid: number
}

export interface Writer {
  readonly child: ChildProcess
  readonly report: Report
}

/** Runs start-and-write.ts as a process of its own and waits for its row. */
export async function startWriter(dataDir: string, diesWithParent: boolean, userId?: number): Promise<Writer> {
  const program = fileURLToPath(new URL('start-and-write.ts', import.meta.url))
  const identity = userId === undefined ? {} : { uid: userId, gid: userId }
  const child = spawn(process.execPath, ['--import', 'tsx', program, dataDir, String(diesWithParent)], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { PATH: process.env.PATH, TSX_DISABLE_CACHE: '1' },
    ...identity,
  })
  for await (const line of createInterface({ input: child.stdout })) {
    return { child, report: JSON.parse(line) as Report }
  }
  throw new Error('The writer ended without a report.')
}

export async function killNow(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  child.kill('SIGKILL')
  await once(child, 'exit')
}
