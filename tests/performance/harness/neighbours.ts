/** What the rest of the machine does meanwhile: processor time of all processes that are not ours. */
import { readdirSync, readFileSync } from 'node:fs'
import { cpus } from 'node:os'
import { rounded, spreadOf } from './statistics.ts'

/** Clock ticks a second, on every Linux that Node.js runs on. */
const TICKS = 100
const SAMPLE_MS = 2_000

interface Process {
  parent: number
  ticks: number
}

/** Fields of /proc/PID/stat behind the name, which may hold anything. */
function processOf(pid: number): Process | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    return { parent: Number(fields[1]), ticks: Number(fields[11]) + Number(fields[12]) }
  } catch {
    // It has ended.
    return undefined
  }
}

function processes(): Map<number, Process> {
  const pids = readdirSync('/proc').map(Number).filter(Number.isInteger)
  return new Map(
    pids.flatMap((pid) => {
      const found = processOf(pid)
      return found ? [[pid, found] as const] : []
    }),
  )
}

function isBelow(pid: number, root: number, all: Map<number, Process>): boolean {
  for (let at: number | undefined = pid; at; at = all.get(at)?.parent) if (at === root) return true
  return false
}

export interface Neighbours {
  /** Processor cores that others used, in samples of two seconds. */
  median: number
  most: number
}

/** Others may take so much of the machine before measures are worth less. */
const QUIET_SHARE = 0.1

export const isQuiet = ({ median }: Neighbours): boolean => median <= cpus().length * QUIET_SHARE

/** Watches until the returned function is called. @param root everything below this process is ours */
export function watchNeighbours(root: number): () => Neighbours {
  const samples: number[] = []
  let [before, at] = [processes(), performance.now()]
  function sample(): void {
    const now = performance.now()
    const all = processes()
    let ticks = 0
    for (const [pid, { ticks: used }] of all) {
      const former = before.get(pid)
      if (former && !isBelow(pid, root, all)) ticks += used - former.ticks
    }
    samples.push((ticks / TICKS / (now - at)) * 1000)
    ;[before, at] = [all, now]
  }
  const timer = setInterval(sample, SAMPLE_MS)
  return () => {
    clearInterval(timer)
    if (samples.length === 0) sample()
    const { median, most } = spreadOf(samples)
    return { median: rounded(median, 2), most: rounded(most, 2) }
  }
}
