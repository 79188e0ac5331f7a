/** Processes that outlive the command that started them, remembered by pid and start time. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { readFile, rename, writeFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

export interface Remembered {
  pid: number
  /** Clock ticks after boot (proc(5), stat field 22): a pid is used again, a pid with its start time is not. */
  startTicks: string
}

/** Start time of a live process; null when there is none, or only its zombie. */
function startTicksOf(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    // While other threads of it are still ending, a zombie has its files and ports (field 20 counts the threads).
    const isOver = fields[0] === 'X' || (fields[0] === 'Z' && Number(fields[17]) <= 1)
    return isOver ? null : (fields[19] ?? null)
  } catch {
    // No such process.
    return null
  }
}

export const isRunning = (process: Remembered | undefined): process is Remembered =>
  process !== undefined && startTicksOf(process.pid) === process.startTicks

export interface Background {
  get(name: string): Promise<Remembered | undefined>
  /** Start, with standard output and error appended to a log file. Left alone when it runs. */
  start(name: string, command: string, args: readonly string[], logFile: string): Promise<void>
  /** SIGTERM, and SIGKILL after `graceMs`. */
  stop(name: string, graceMs?: number): Promise<void>
}

/** @param file remembers the processes */
export function createBackground(file: string): Background {
  async function read(): Promise<Record<string, Remembered>> {
    try {
      return JSON.parse(await readFile(file, 'utf8'))
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {}
      throw error
    }
  }
  async function write(processes: Record<string, Remembered>): Promise<void> {
    await writeFile(`${file}.new`, JSON.stringify(processes), { mode: 0o600 })
    await rename(`${file}.new`, file)
  }

  return {
    get: async (name) => (await read())[name],
    async start(name, command, args, logFile) {
      if (isRunning((await read())[name])) return
      const log = openSync(logFile, 'a', 0o600)
      const child = spawn(command, args, { detached: true, stdio: ['ignore', log, log] })
      closeSync(log)
      await once(child, 'spawn')
      child.unref()
      const pid = child.pid as number
      await write({ ...(await read()), [name]: { pid, startTicks: startTicksOf(pid) ?? '' } })
    },
    async stop(name, graceMs = 25_000) {
      const { [name]: found, ...others } = await read()
      if (isRunning(found)) {
        process.kill(found.pid, 'SIGTERM')
        const deadline = Date.now() + graceMs
        while (isRunning(found) && Date.now() < deadline) await sleep(50)
        if (isRunning(found)) process.kill(found.pid, 'SIGKILL')
      }
      if (found) await write(others)
    },
  }
}
