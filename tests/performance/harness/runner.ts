/** Runs a bench in a process group of its own, within its time, and removes what it leaves. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Bench } from './bench.ts'
import { commitOf, loadAverage, machine } from './machine.ts'
import type { Message } from './messages.ts'
import { isQuiet, watchNeighbours } from './neighbours.ts'
import { type Result, writeResult } from './result-file.ts'
import { failureLine, measureLine, quietLine } from './show.ts'

const CLEAN_UP_MS = 30_000
const PROGRAM = join(import.meta.dirname, 'run-one.ts')

function endGroup(child: ChildProcess): void {
  try {
    if (child.pid) process.kill(-child.pid, 'SIGKILL')
  } catch (error) {
    // Nobody is left of it, as it should be.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** It takes down what lives outside its process group; then the group ends. */
function askToEnd(child: ChildProcess): void {
  child.kill('SIGTERM')
  setTimeout(() => endGroup(child), CLEAN_UP_MS).unref()
}

const isDatabase = (known: Result['databases'], facts: Result['databases'][number]): boolean =>
  known.some((each) => JSON.stringify(each) === JSON.stringify(facts))

function take(result: Result, message: Message): void {
  if (message.type === 'database') {
    if (!isDatabase(result.databases, message.facts)) result.databases.push(message.facts)
  } else if (message.type === 'measure') {
    result.measures.push(message.measure)
    console.log(measureLine(message.measure))
  } else {
    result.failures.push(message.failure)
    console.log(failureLine(message.failure))
  }
}

/**
 * Whatever the bench starts is in its process group, or dies with it; whatever it writes is below its own temporary directory.
 * @returns whether it was interrupted
 */
async function perform(name: string, { limitMinutes, keepsDownloads }: Bench, result: Result): Promise<boolean> {
  const directory = await mkdtemp(join(tmpdir(), `bench-${name}-`))
  const child = spawn(process.execPath, ['--import', 'tsx', PROGRAM, name], {
    detached: true,
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
    env: keepsDownloads ? process.env : { ...process.env, TMPDIR: directory },
  })
  let isInterrupted = false
  const interrupted = (): void => {
    isInterrupted = true
    askToEnd(child)
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, interrupted)
  child.on('message', (message: Message) => take(result, message))
  let late = false
  const timer = setTimeout(() => {
    late = true
    askToEnd(child)
  }, limitMinutes * 60_000)
  const [code, signal] = (await once(child, 'exit')) as [number | null, string | null]
  clearTimeout(timer)
  for (const each of ['SIGINT', 'SIGTERM'] as const) process.off(each, interrupted)
  endGroup(child)
  const why = late ? `it was ended after ${limitMinutes} minutes` : `it ended with ${signal ?? code}`
  if (late || (code !== 0 && result.failures.length === 0))
    take(result, { type: 'failure', failure: { measure: name, why } })
  await rm(directory, { recursive: true, force: true, maxRetries: 5, retryDelay: 500 })
  return isInterrupted
}

export interface Outcome {
  /** All was measured, whatever came out. */
  complete: boolean
  /** Somebody has interrupted it: nothing more is wanted. */
  interrupted: boolean
}

export async function runBench(name: string, bench: Bench, keep: boolean): Promise<Outcome> {
  const started = performance.now()
  const before = loadAverage()
  const neighbours = watchNeighbours(process.pid)
  const result: Result = {
    bench: name,
    date: new Date().toISOString(),
    commit: await commitOf(import.meta.dirname),
    machine: machine(),
    databases: [],
    load: { before, after: before },
    neighbours: { median: 0, most: 0 },
    quiet: true,
    seconds: 0,
    parameters: Object.fromEntries(
      Object.values(bench.parameters).map(({ environment, value }) => [environment, value]),
    ),
    measures: [],
    failures: [],
  }
  const interrupted = await perform(name, bench, result)
  result.neighbours = neighbours()
  result.quiet = isQuiet(result.neighbours)
  result.load.after = loadAverage()
  result.seconds = Math.round((performance.now() - started) / 1000)
  console.log(quietLine(result))
  if (!interrupted) await writeResult(result, keep)
  return { complete: result.failures.length === 0, interrupted }
}
