/** Memory and processor time of processes, as the kernel tells them. */
import { readdirSync, readFileSync } from 'node:fs'

/** Clock ticks a second, on every Linux that Node.js runs on. */
const TICKS = 100

const textOf = (path: string): string => {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // The process has ended.
    return ''
  }
}

const fieldsOf = (pid: number): string[] => {
  const text = textOf(`/proc/${pid}/stat`)
  return text.slice(text.lastIndexOf(')') + 2).split(' ')
}

/** A process and all that it has started, and these. */
export function familyOf(pid: number): number[] {
  const parents = new Map(
    readdirSync('/proc')
      .map(Number)
      .filter(Number.isInteger)
      .map((each) => [each, Number(fieldsOf(each)[1])]),
  )
  const family = [pid]
  for (const member of family) for (const [child, parent] of parents) if (parent === member) family.push(child)
  return family
}

/** What the process has in memory, in bytes; what it shares with others counts in full. */
export const residentBytes = (pid: number): number =>
  Number(/^VmRSS:\s+(\d+)/m.exec(textOf(`/proc/${pid}/status`))?.[1] ?? 0) * 1024

/** The same, with what is shared divided among those who share it. */
export const proportionalBytes = (pid: number): number =>
  Number(/^Pss:\s+(\d+)/m.exec(textOf(`/proc/${pid}/smaps_rollup`))?.[1] ?? 0) * 1024

/** Processor time of a process since it began, and of its children that have ended, in seconds: connections of PostgreSQL come and go. */
export function cpuSeconds(pid: number): number {
  const [user, system, ofChildren, systemOfChildren] = fieldsOf(pid).slice(11, 15).map(Number)
  return ((user ?? 0) + (system ?? 0) + (ofChildren ?? 0) + (systemOfChildren ?? 0)) / TICKS
}

export const openHandles = (pid: number): number => {
  try {
    return readdirSync(`/proc/${pid}/fd`).length
  } catch {
    // The process has ended.
    return 0
  }
}

export const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0)
