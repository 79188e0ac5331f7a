/** Each agent is an open file of its node, and one of the process that plays it. */
import { readFileSync } from 'node:fs'

/** Besides the connections. */
const OTHER_FILES = 500

const limit = (): number => Number(/^Max open files +\d+ +(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1])

/** As many as one process may have. */
export const mostAgents = (): number => limit() - OTHER_FILES

/** @throws Error unless one process may have so many agents */
export function checkOpenFiles(agents: number): void {
  const needed = agents + OTHER_FILES
  if (limit() < needed)
    throw new Error(
      `${agents} agents need ${needed} open files, and ${limit()} are allowed: ulimit -n ${needed}, as root.`,
    )
}
