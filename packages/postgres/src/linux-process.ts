import { readdir, readFile, readlink } from 'node:fs/promises'

/** What `/proc/PID/stat` says of a process that is not dead. */
export interface LinuxProcess {
  readonly pid: number
  /** Program name, at most 15 characters. */
  readonly name: string
  /** Seconds since 1970 at which it started, exact to about a second. */
  readonly startedAtSeconds: number
}

// The kernel reports start times in ticks of 1/100 s to user space on every architecture (USER_HZ, proc(5)).
const TICKS_PER_SECOND = 100

/**
 * Looks a process up. A zombie counts as dead: it still answers `kill(pid, 0)`, and where PID 1 does not reap it does so for ever.
 */
export async function findProcess(pid: number): Promise<LinuxProcess | undefined> {
  const stat = await readOrUndefined(readFile(`/proc/${pid}/stat`, 'utf8'))
  if (stat === undefined) return undefined
  const nameEnd = stat.lastIndexOf(')')
  const fields = stat.slice(nameEnd + 2).split(' ')
  const state = fields[0] ?? 'X'
  if (state === 'Z' || state === 'X') return undefined
  // `starttime` is field 22 of proc(5); the list here begins with field 3.
  const startTicks = Number(fields[19])
  return {
    pid,
    name: stat.slice(stat.indexOf('(') + 1, nameEnd),
    startedAtSeconds: (await bootTimeSeconds()) + startTicks / TICKS_PER_SECOND,
  }
}

/** The directory a process works in, or undefined when it is gone or not ours to ask. */
export async function workingDirectory(pid: number): Promise<string | undefined> {
  return readOrUndefined(readlink(`/proc/${pid}/cwd`))
}

/** Ids of the processes with this program name, zombies left out, that work in this directory (a real path). */
export async function processesWorkingIn(directory: string, name: string): Promise<number[]> {
  const found: number[] = []
  for (const entry of await readdir('/proc')) {
    const pid = Number(entry)
    if (!Number.isInteger(pid) || (await workingDirectory(pid)) !== directory) continue
    if ((await findProcess(pid))?.name === name) found.push(pid)
  }
  return found
}

async function bootTimeSeconds(): Promise<number> {
  const bootTime = /^btime (\d+)$/m.exec(await readFile('/proc/stat', 'utf8'))?.[1]
  return Number(bootTime ?? 0)
}

const GONE_OR_FOREIGN = new Set(['ENOENT', 'ESRCH', 'EACCES', 'EPERM', 'ENOTDIR'])

async function readOrUndefined(reading: Promise<string>): Promise<string | undefined> {
  try {
    return await reading
  } catch (error) {
    if (GONE_OR_FOREIGN.has((error as NodeJS.ErrnoException).code ?? '')) return undefined
    throw error
  }
}
