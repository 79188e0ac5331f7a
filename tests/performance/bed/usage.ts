/** What a bed takes of its machine. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Bed } from './bed.ts'
import { cpuSeconds, familyOf, proportionalBytes, sum } from './processes.ts'

/** Seconds of one core, of all nodes and of the whole server with its connections. */
export interface ProcessorTime {
  nodes: number
  database: number
}

/** Since they began. */
export const processorTime = ({ nodes, server }: Bed): ProcessorTime => ({
  nodes: sum(nodes.map(({ pid }) => cpuSeconds(pid))),
  database: sum(familyOf(server.pid).map(cpuSeconds)),
})

/** Each second, for so long from now on. */
export async function processorShare(bed: Bed, ms: number): Promise<ProcessorTime> {
  const [before, began] = [processorTime(bed), performance.now()]
  await sleep(ms)
  const after = processorTime(bed)
  const seconds = (performance.now() - began) / 1000
  return { nodes: (after.nodes - before.nodes) / seconds, database: (after.database - before.database) / seconds }
}

/** Memory of the whole server, what its processes share counted once. */
export const databaseBytes = ({ server }: Bed): number => sum(familyOf(server.pid).map(proportionalBytes))
