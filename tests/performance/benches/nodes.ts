/**
 * Several control-plane nodes on one machine and one PostgreSQL: one joins after the other, hosts spread over them, and the load is asked
 * of all. What a VM and an answer cost with many nodes is measured beside what they cost with one.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { until } from '@basalt/testkit'
import { type Bed, onBed } from '../bed/bed.ts'
import { checkOpenFiles, mostAgents } from '../bed/open-files.ts'
import { cpuSeconds, familyOf, residentBytes, sum } from '../bed/processes.ts'
import { atNodes, checkBooks, createsOf } from '../bed/vms.ts'
import type { Bench, Report } from '../harness/bench.ts'
import { parameter } from '../harness/parameters.ts'
import { flawless, type HttpLoad, type Load, type Pace, startLoad } from '../load/load.ts'
import { loseNodes } from './node-loss.ts'

const nodes = parameter('BENCH_NODES', 3, 'nodes in the end')
const agents = parameter('BENCH_AGENTS', 600, 'simulated hosts')
const vms = parameter('BENCH_VMS', 300, 'VMs that are created in each round, for each node')
const sagas = parameter('BENCH_SAGAS', 600, 'VMs that are asked for while a node is killed')
const callers = parameter('BENCH_CALLERS', 48, 'callers of each node')
const rounds = parameter('BENCH_ROUNDS', 3, 'rounds with each number of nodes, and nodes that are killed')

const MIB = 2 ** 20
/** For each node. */
const READ_MS = 2_000
const LISTED = 50
/** Hosts go over a few each second, whoever has just come after 10 s. */
const EVEN_MS = 300_000
/** What a node may have beyond its share before it sends hosts elsewhere (`SLACK` of apps/control-plane/src/nodes/rebalance.ts). */
const SLACK = 0.1

/** What one VM or one answer takes of the processor, in milliseconds. */
interface Cost {
  perSecond: number[]
  nodesMs: number[]
  databaseMs: number[]
}

type What = 'creates' | 'one' | 'list'
type Costs = Record<What, Cost>

const names: Record<What, { measure: string; unit: string; each: string }> = {
  creates: { measure: 'VMs created', unit: 'VMs/s', each: 'one VM' },
  one: { measure: 'GET one VM', unit: 'requests/s', each: 'one GET' },
  list: { measure: 'list 20 by state and host', unit: 'requests/s', each: 'one list' },
}

const nodesSeconds = (bed: Bed): number => sum(bed.nodes.map(({ pid }) => cpuSeconds(pid)))
const databaseSeconds = ({ server }: Bed): number => sum(familyOf(server.pid).map(cpuSeconds))

/** Each round after one that does not count: a node that has just joined has its code to compile, and its statements to plan. */
async function costOf(bed: Bed, load: Load, target: HttpLoad, of: Pick<Pace, 'count' | 'durationMs'>): Promise<Cost> {
  const pace = { ...of, callers: callers.value * bed.nodes.length }
  await flawless(load, target, pace)
  const cost: Cost = { perSecond: [], nodesMs: [], databaseMs: [] }
  for (let round = 0; round < rounds.value; round++) {
    const [mine, server] = [nodesSeconds(bed), databaseSeconds(bed)]
    const { perSecond, seconds } = await flawless(load, target, pace)
    const done = perSecond * seconds
    cost.perSecond.push(perSecond)
    cost.nodesMs.push(((nodesSeconds(bed) - mine) / done) * 1000)
    cost.databaseMs.push(((databaseSeconds(bed) - server) / done) * 1000)
  }
  return cost
}

async function costsOf(bed: Bed, load: Load): Promise<Costs> {
  const creates = await costOf(bed, load, createsOf(bed, true), { count: vms.value * bed.nodes.length })
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
    one: await costOf(bed, load, get(there.map(({ id }) => `/v1/vms/${id}`)), whileReading),
    list: await costOf(bed, load, get(there.map(({ host }) => query(host))), whileReading),
  }
}

const withNodes = (count: number): string => (count === 1 ? 'with 1 node' : `with ${count} nodes`)

function tellCosts(report: Report, count: number, costs: Costs, alone: Costs): void {
  for (const what of ['creates', 'one', 'list'] as const) {
    const { measure, unit, each } = names[what]
    const beside = (of: keyof Cost) =>
      count === 1 ? {} : { yardstick: alone[what][of], beside: 'the same with one node' }
    const note = `${callers.value} callers of each node; the machine is no larger with more nodes, and the load runs on it`
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
      })
    tell('all nodes', 'nodesMs')
    tell('PostgreSQL', 'databaseMs')
  }
}

/** No node has so many too many that it would send some elsewhere. */
async function isEven(bed: Bed): Promise<boolean> {
  const [hosts, counts] = [bed.fleet.size(), await bed.fleet.spread()]
  const share = Math.ceil(hosts / counts.length)
  return sum(counts) === hosts && Math.max(...counts) <= share + Math.max(1, Math.floor(share * SLACK))
}

/** @returns seconds until hosts were spread over all nodes */
async function evenAfter(bed: Bed): Promise<number> {
  const began = performance.now()
  await until('hosts are spread evenly', () => isEven(bed), EVEN_MS)
  return (performance.now() - began) / 1000
}

/** A node joins those that are there. */
async function grow(bed: Bed, report: Report): Promise<void> {
  await bed.addNode()
  const seconds = await evenAfter(bed)
  report.tell({
    measure: `node ${bed.nodes.length} joins, until hosts are spread evenly`,
    unit: 's',
    better: 'less',
    ours: [seconds],
    note: `${bed.fleet.size()} hosts; from when all nodes reach each other; no node has a tenth more than its share`,
  })
}

async function tellSpread(bed: Bed, report: Report): Promise<void> {
  const counts = await bed.fleet.spread()
  const whole = sum(counts)
  report.tell({
    measure: `${withNodes(counts.length)}, hosts of a node`,
    unit: '% of an even share',
    better: 'more',
    ours: counts.map((count) => (count / (whole / counts.length)) * 100),
    note: `${whole} hosts; the emptiest node has ${Math.min(...counts)}, the fullest ${Math.max(...counts)}`,
  })
}

function tellMemory(bed: Bed, report: Report): void {
  report.tell({
    measure: `${withNodes(bed.nodes.length)}, memory of a node`,
    unit: 'MiB',
    better: 'less',
    ours: bed.nodes.map(({ pid }) => residentBytes(pid) / MIB),
    note: 'one value for each',
  })
}

/** All hosts are there from the beginning; where that is more than one node may have connections, they come as nodes do. */
const hostsWith = (count: number): number => Math.min(agents.value, Math.floor(mostAgents() / (1 + SLACK)) * count)

/** Each that has come is compared with the database once: that is not what a VM costs. */
const SETTLE_MS = 10_000

async function addHosts(bed: Bed, count: number): Promise<void> {
  if (count === 0) return
  await bed.fleet.add(count)
  await evenAfter(bed)
}

async function measure(bed: Bed, load: Load, report: Report): Promise<void> {
  let alone: Costs | undefined
  for (let count = 1; count <= nodes.value; count++) {
    if (count > 1) {
      await grow(bed, report)
      await addHosts(bed, hostsWith(count) - hostsWith(count - 1))
    }
    await tellSpread(bed, report)
    await sleep(SETTLE_MS)
    const costs = await costsOf(bed, load)
    alone ??= costs
    tellCosts(report, count, costs, alone)
    tellMemory(bed, report)
  }
  if (nodes.value > 1)
    await report.attempt('a node is killed', () =>
      loseNodes(bed, load, report, {
        rounds: rounds.value,
        sagas: sagas.value,
        callers: callers.value * nodes.value,
        evenAfter: () => evenAfter(bed),
      }),
    )
}

export const bench: Bench = {
  about: 'several nodes on one machine: what a VM costs with each more, how hosts spread, and a node that is killed',
  parameters: { nodes, agents, vms, sagas, callers, rounds },
  limitMinutes: 30,
  async run(report) {
    // When a node is lost, the others have all hosts.
    checkOpenFiles(Math.ceil((agents.value / Math.max(1, nodes.value - 1)) * (1 + SLACK)))
    await onBed(
      async (bed) => {
        const load = startLoad()
        try {
          await measure(bed, load, report)
        } finally {
          await load.close()
        }
      },
      { hosts: hostsWith(1), nodes: Math.max(2, nodes.value) },
    )
  },
}
