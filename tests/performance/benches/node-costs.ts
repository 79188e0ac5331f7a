/** What VMs and answers cost with several nodes, of the processor of all of them and of PostgreSQL. */
import type { Bed } from '../bed/bed.ts'
import { type ProcessorTime, processorShare, processorTime } from '../bed/usage.ts'
import { atNodes, checkBooks, createsOf } from '../bed/vms.ts'
import type { Report } from '../harness/bench.ts'
import { flawless, type HttpLoad, type Load, type Pace } from '../load/load.ts'

/** For each node. */
const READ_MS = 2_000
const LISTED = 50

/** What one VM or one answer takes of the processor, in milliseconds. */
interface Cost {
  perSecond: number[]
  nodesMs: number[]
  databaseMs: number[]
}

type What = 'creates' | 'one' | 'list'
export type Costs = Record<What, Cost>

const names: Record<What, { measure: string; unit: string; each: string }> = {
  creates: { measure: 'VMs created', unit: 'VMs/s', each: 'one VM' },
  one: { measure: 'GET one VM', unit: 'requests/s', each: 'one GET' },
  list: { measure: 'list 20 by state and host', unit: 'requests/s', each: 'one list' },
}

const REST_MS = 10_000

/** What all of it takes of the processor without any load: hosts, leases, timers. */
export async function restOf(bed: Bed, report: Report): Promise<ProcessorTime> {
  const rest = await processorShare(bed, REST_MS)
  const common = { unit: '% of a core', better: 'less', note: `${bed.fleet.size()} hosts` } as const
  const tell = (whose: string, share: number): void =>
    report.tell({
      measure: `${withNodes(bed.nodes.length)}, at rest, processor time of ${whose}`,
      ...common,
      ours: [share * 100],
    })
  tell('all nodes', rest.nodes)
  tell('PostgreSQL', rest.database)
  return rest
}

export interface Measured {
  bed: Bed
  load: Load
  /** What is no cost of what is asked for. */
  rest: ProcessorTime
  rounds: number
  /** Of each node. */
  callers: number
  /** That each node creates in a round. */
  vms: number
}

/** Each round after one that does not count: a node that has just joined has its code to compile, and its statements to plan. */
async function costOf(
  { bed, load, rest, ...sizes }: Measured,
  target: HttpLoad,
  of: Pick<Pace, 'count' | 'durationMs'>,
): Promise<Cost> {
  const pace = { ...of, callers: sizes.callers * bed.nodes.length }
  await flawless(load, target, pace)
  const cost: Cost = { perSecond: [], nodesMs: [], databaseMs: [] }
  for (let round = 0; round < sizes.rounds; round++) {
    const before = processorTime(bed)
    const { perSecond, seconds } = await flawless(load, target, pace)
    const done = perSecond * seconds
    cost.perSecond.push(perSecond)
    const after = processorTime(bed)
    const costMs = (of: keyof ProcessorTime): number => ((after[of] - before[of] - rest[of] * seconds) / done) * 1000
    cost.nodesMs.push(costMs('nodes'))
    cost.databaseMs.push(costMs('database'))
  }
  return cost
}

export async function costsOf(all: Measured): Promise<Costs> {
  const { bed } = all
  const creates = await costOf(all, createsOf(bed, true), { count: all.vms * bed.nodes.length })
  await checkBooks(bed)
  const there = await bed.database.query<{ id: string; host: string }>('select id, host from vm order by id limit $1', [
    LISTED,
  ])
  const headers = { authorization: `Bearer ${bed.tokens.operator}` }
  const get = (paths: readonly string[]): HttpLoad =>
    atNodes(
      bed,
      paths.map((path) => ({ method: 'GET', path, headers })),
    )
  const query = (host: string): string =>
    `/v1/vms?${new URLSearchParams({ q: `state = running and host = ${host}`, limit: '20' })}`
  const whileReading = { durationMs: READ_MS * bed.nodes.length }
  return {
    creates,
    one: await costOf(all, get(there.map(({ id }) => `/v1/vms/${id}`)), whileReading),
    list: await costOf(all, get(there.map(({ host }) => query(host))), whileReading),
  }
}

export const withNodes = (count: number): string => (count === 1 ? 'with 1 node' : `with ${count} nodes`)

/** @param alone the same with one node */
export function tellCosts(report: Report, { bed, callers }: Measured, costs: Costs, alone: Costs): void {
  const count = bed.nodes.length
  for (const what of ['creates', 'one', 'list'] as const) {
    const { measure, unit, each } = names[what]
    const beside = (of: keyof Cost) =>
      count === 1 ? {} : { yardstick: alone[what][of], beside: 'the same with one node' }
    const note = `${callers} callers of each node; the machine is no larger with more nodes, and the load runs on it`
    report.tell({
      measure: `${withNodes(count)}, ${measure}`,
      unit,
      better: 'more',
      ours: costs[what].perSecond,
      ...beside('perSecond'),
      note,
    })
    const cost = { unit: 'ms of a core', better: 'less' } as const
    const tell = (whose: string, of: 'nodesMs' | 'databaseMs'): void =>
      report.tell({
        measure: `${withNodes(count)}, processor time of ${whose} for ${each}`,
        ...cost,
        ours: costs[what][of],
        ...beside(of),
        note: 'beyond what all takes at rest',
      })
    tell('all nodes', 'nodesMs')
    tell('PostgreSQL', 'databaseMs')
  }
}
