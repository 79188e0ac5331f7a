import { type ChildProcess, spawn } from 'node:child_process'
import { closeSync, openSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { setTimeout as delay } from 'node:timers/promises'
import { baseEnvironment } from './command.ts'
import { LabError } from './errors.ts'

/** A process told apart from a later one with the same pid by its start time (clock ticks since boot, proc(5) stat field 22). */
export interface ProcessIdentity {
  pid: number
  startTicks: number
}

const POLL_MS = 10

/** Reads a running process' identity; undefined when it is gone or only a zombie (which nobody may ever reap). */
export function identify(pid: number): ProcessIdentity | undefined {
  let stat: string
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
  // The command name in parentheses may itself contain blanks and parentheses.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
  const state = fields[0]
  if (state === 'Z' || state === 'X') return undefined
  return { pid, startTicks: Number(fields[19]) }
}

/** Whether exactly this process (not a successor with its pid) still runs. */
export function isAlive(identity: ProcessIdentity | undefined): boolean {
  return identity !== undefined && identify(identity.pid)?.startTicks === identity.startTicks
}

/** Sends a signal to exactly this process, if it still runs. */
export function signal(identity: ProcessIdentity, name: NodeJS.Signals): void {
  if (!isAlive(identity)) return
  try {
    process.kill(identity.pid, name)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/**
 * Every process whose `/run` is the directory given, which is a host's private one: whatever was started in the host's
 * mount namespace, or in a copy of it (`ip netns exec`), by whomever.
 */
export function processesWithRun(runDirectory: string): ProcessIdentity[] {
  const wanted = statSync(runDirectory, { throwIfNoEntry: false })
  if (!wanted) return []
  return allPids().flatMap((pid) => {
    const seen = statOfRun(pid)
    if (seen?.ino !== wanted.ino || seen.dev !== wanted.dev) return []
    return identify(pid) ?? []
  })
}

/** Every process that carries `name=value` in the environment it was started with. */
export function processesWithEnvironment(name: string, value: string): ProcessIdentity[] {
  return allPids().flatMap((pid) => (environment(pid).includes(`${name}=${value}`) ? (identify(pid) ?? []) : []))
}

/** Ends processes by SIGKILL, again and again until `find` finds none: they may have forked meanwhile. */
export async function killAll(find: () => ProcessIdentity[], timeoutMs = 20_000): Promise<void> {
  await waitFor('the processes to die', timeoutMs, () => {
    const found = find()
    for (const each of found) signal(each, 'SIGKILL')
    return found.length === 0
  })
}

/** Waits until `condition` holds. @throws LabError LAB_TIMEOUT */
export async function waitFor(
  what: string,
  timeoutMs: number,
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  const deadline = Date.now() + timeoutMs
  while (!(await condition())) {
    if (Date.now() > deadline) throw new LabError('LAB_TIMEOUT', `Waited ${timeoutMs} ms for ${what}.`)
    await delay(POLL_MS)
  }
}

/** Starts a process that outlives this one, in a session of its own, its output appended to `logFile`. */
export async function startDetached(
  command: string,
  args: readonly string[],
  options: { env: Record<string, string>; logFile: string },
): Promise<ProcessIdentity> {
  const log = openSync(options.logFile, 'a', 0o600)
  try {
    const child = spawn(command, args, {
      detached: true,
      cwd: '/',
      env: baseEnvironment(options.env),
      stdio: ['ignore', log, log],
    })
    const identity = await identityOf(child, command)
    child.unref()
    return identity
  } finally {
    closeSync(log)
  }
}

/** The identity of a child just spawned. @throws LabError LAB_COMMAND_FAILED when it could not be started. */
export function identityOf(child: ChildProcess, command: string): Promise<ProcessIdentity> {
  return new Promise((resolve, reject) => {
    child.once('error', (cause) => {
      reject(new LabError('LAB_COMMAND_FAILED', `${command}: ${cause.message}`, { cause }))
    })
    child.once('spawn', () => {
      const identity = child.pid === undefined ? undefined : identify(child.pid)
      if (identity) resolve(identity)
      else reject(new LabError('LAB_COMMAND_FAILED', `${command} ended at once.`))
    })
  })
}

function allPids(): number[] {
  return readdirSync('/proc').flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []))
}

function statOfRun(pid: number): { dev: number; ino: number } | undefined {
  try {
    return statSync(`/proc/${pid}/root/run`, { throwIfNoEntry: false })
  } catch (error) {
    if (isGone(error)) return undefined
    throw error
  }
}

function environment(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0')
  } catch (error) {
    if (isGone(error)) return []
    throw error
  }
}

/** Processes end while /proc is being read; and some are nobody's business (EACCES in a hardened kernel). */
function isGone(error: unknown): boolean {
  return ['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes((error as NodeJS.ErrnoException).code ?? '')
}
