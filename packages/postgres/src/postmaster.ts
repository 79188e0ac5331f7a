import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { PostgresError } from './errors.ts'
import { findProcess, processesWorkingIn, workingDirectory } from './linux-process.ts'
import { waitFor } from './wait.ts'

/** What a running server says of itself in `postmaster.pid` (PostgreSQL, src/include/utils/pidfile.h). */
export interface Postmaster {
  readonly pid: number
  readonly startedAtSeconds: number
  readonly port: number
  readonly socketDir: string
  readonly status: 'starting' | 'stopping' | 'ready' | 'standby' | undefined
}

const STATUSES = ['starting', 'stopping', 'ready', 'standby'] as const

/** Reads the contents of `postmaster.pid`; undefined while the server has not written enough of it. */
export function parsePidFile(text: string): Postmaster | undefined {
  const lines = text.split('\n')
  const pid = Number(lines[0])
  const port = Number(lines[3])
  const socketDir = lines[4] ?? ''
  if (!(pid > 0) || !(port > 0) || socketDir === '') return undefined
  const status = STATUSES.find((candidate) => candidate === lines[7]?.trim())
  return { pid, startedAtSeconds: Number(lines[2]), port, socketDir, status }
}

// The server notes its start time a moment after the kernel does; the rest allows for a clock that was set meanwhile.
const START_TIME_TOLERANCE_SECONDS = 120

/**
 * Finds the live server of a data directory (a real path). A process id alone proves nothing, it may be a zombie or belong to
 * something else by now: the process must work in this very directory and be no younger than the file says.
 */
export async function findPostmaster(dataDir: string): Promise<Postmaster | undefined> {
  const text = await readPidFile(dataDir)
  const written = text === undefined ? undefined : parsePidFile(text)
  if (written === undefined || !(await isPostmaster(written, dataDir))) return undefined
  return written
}

/** Whether the process that the pid file named is still that server. */
export async function isPostmaster(written: Postmaster, dataDir: string): Promise<boolean> {
  const alive = await findProcess(written.pid)
  if (alive === undefined || (await workingDirectory(written.pid)) !== dataDir) return false
  return alive.startedAtSeconds <= written.startedAtSeconds + START_TIME_TOLERANCE_SECONDS
}

/**
 * Removes the pid file of a dead server. First waits until its last child has gone: children outlive a killed postmaster for a
 * moment and still write, and a second server beside them would destroy data.
 */
export async function removeStalePidFile(dataDir: string, timeoutMs: number): Promise<void> {
  if ((await readPidFile(dataDir)) === undefined) return
  const left = await childrenGone(dataDir, timeoutMs)
  if (left.length > 0) {
    const remedy = `End these processes, then start again: ${left.join(', ')}.`
    throw new PostgresError('DATA_DIR_IN_USE', `Processes of an earlier server still use ${dataDir}.`, remedy)
  }
  await rm(join(dataDir, 'postmaster.pid'), { force: true })
}

/** Waits until no server process works in the data directory, and returns those that still do. */
export async function childrenGone(dataDir: string, timeoutMs: number): Promise<number[]> {
  let left: number[] = []
  await waitFor(async () => {
    left = await processesWorkingIn(dataDir, 'postgres')
    return left.length === 0 ? true : undefined
  }, timeoutMs)
  return left
}

async function readPidFile(dataDir: string): Promise<string | undefined> {
  return readFile(join(dataDir, 'postmaster.pid'), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined
    throw error
  })
}
