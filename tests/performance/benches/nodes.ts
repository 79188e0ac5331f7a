/**
 * Several control-plane nodes on one machine and one PostgreSQL: one joins after the other, hosts spread over them, and the load is asked
 * of all. What a VM and an answer cost with many nodes is measured beside what they cost with one.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { until } from '@basalt/testkit'
import { type Bed, onBed } from '../bed/bed.ts'
import { checkOpenFiles, mostAgents } from '../bed/open-files.ts'
import { residentBytes, sum } from '../bed/processes.ts'
import type { Bench, Report } from '../harness/bench.ts'
import { parameter } from '../harness/parameters.ts'
import { type Load, startLoad } from '../load/load.ts'
import { type Costs, costsOf, restOf, tellCosts, withNodes } from './node-costs.ts'
import { loseNodes } from './node-loss.ts'

const nodes = parameter('BENCH_NODES', 3, 'nodes in the end')
const agents = parameter('BENCH_AGENTS', 600, 'simulated hosts')
const vms = parameter('BENCH_VMS', 300, 'VMs that are created in each round, for each node')
const sagas = parameter('BENCH_SAGAS', 600, 'VMs that are asked for while a node is killed')
const callers = parameter('BENCH_CALLERS', 48, 'callers of each node')
const rounds = parameter('BENCH_ROUNDS', 3, 'rounds with each number of nodes, and nodes that are killed')

const MIB = 2 ** 20
/** Hosts go over a few each second, whoever has just come after 10 s. */
const EVEN_MS = 300_000
/** What a node may have beyond its share before it sends hosts elsewhere (`SLACK` of apps/control-plane/src/nodes/rebalance.ts). */
const SLACK = 0.1

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
    const rest = await restOf(bed, report)
    const measured = { bed, load, rest, rounds: rounds.value, callers: callers.value, vms: vms.value }
    const costs = await costsOf(measured)
    alone ??= costs
    tellCosts(report, measured, costs, alone)
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
