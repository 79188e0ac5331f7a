/** What is wrong with the cloud, what that means, and what to do about it: for operators, and for `basalt doctor`. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Finding, worstFirst } from '@basalt/observe/finding'
import type { Log } from '../kernel.ts'

/** Looks at one part of the cloud. */
export interface Examiner {
  /** For people, e.g. `hosts`. */
  name: string
  examine(): Promise<Finding[]>
}

export interface Diagnosis {
  /** The node that looked, and when. */
  node: string
  at: string
  /** Parts that were looked at. */
  examined: string[]
  /** The worst first. */
  findings: Finding[]
}

const LONGEST_MS = 15_000

/** A part that cannot be looked at is a finding itself. */
async function examineOne({ name, examine }: Examiner, log: Log): Promise<Finding[]> {
  const over = new AbortController()
  const late = sleep(LONGEST_MS, undefined, { signal: over.signal }).then(() => {
    throw new Error(`it took longer than ${LONGEST_MS / 1000} s`)
  })
  late.catch(() => {})
  try {
    return await Promise.race([examine(), late])
  } catch (error) {
    log.error('a part could not be examined', { part: name, error: String(error) })
    return [
      {
        severity: 'error',
        code: 'EXAMINATION_FAILED',
        message: `Could not look at the ${name}: ${(error as Error).message}`,
        meaning: 'What is wrong there, if anything, is not known.',
        remedy: 'Mend what else is found, then look again; the log of the node says more.',
      },
    ]
  } finally {
    over.abort()
  }
}

export async function diagnose(node: string, examiners: readonly Examiner[], log: Log): Promise<Diagnosis> {
  const findings = (await Promise.all(examiners.map((examiner) => examineOne(examiner, log)))).flat()
  return {
    node,
    at: new Date().toISOString(),
    examined: examiners.map(({ name }) => name),
    findings: worstFirst(findings),
  }
}

/** How much of something is used, in words. */
export const percentUsed = (available: number, total: number): number =>
  total > 0 ? Math.round((1 - available / total) * 100) : 0

/** `2 h 5 min`, `3 d 4 h`, `40 s`. */
export function spanOf(ms: number): string {
  const minutes = Math.floor(ms / 60_000)
  if (minutes < 1) return `${Math.max(0, Math.round(ms / 1000))} s`
  if (minutes < 60) return `${minutes} min`
  const hours = Math.floor(minutes / 60)
  return hours < 24 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`
}
