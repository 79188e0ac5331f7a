/** Thousands of connected agents: memory of the node, or of all nodes, answers meanwhile, and the storm when they come back. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Bed, onBed } from '../bed/bed.ts'
import { checkOpenFiles } from '../bed/open-files.ts'
import { populate } from '../bed/population.ts'
import { residentBytes, sum } from '../bed/processes.ts'
import { databaseBytes, processorShare } from '../bed/usage.ts'
import { atScale, type Bench, type Report } from '../harness/bench.ts'
import { parameter } from '../harness/parameters.ts'
import { quantile } from '../harness/statistics.ts'
import { flawless, type Load, startLoad } from '../load/load.ts'
import { targetsOf } from './api.ts'

const agents = parameter('BENCH_AGENTS', 2_000, 'connected simulated hosts, up to 25,000')
/** A process may have fewer connections than there are agents: then they need several nodes. */
const nodes = parameter('BENCH_NODES', 1, 'nodes that have them, evenly')
const vms = parameter('BENCH_ROWS', 100_000, 'VMs that are in the database')
const settleMs = parameter('BENCH_SETTLE_MS', 45_000, 'how long they have been there before they count as at rest')
const rounds = parameter('BENCH_ROUNDS', 5, 'rounds of lists beside the agents')

/** What a node may have beyond its share before it sends agents elsewhere (`SLACK` of apps/control-plane/src/nodes/rebalance.ts). */
const SLACK = nodes.value > 1 ? 0.1 : 0
const mostOfOne = Math.ceil((agents.value / nodes.value) * (1 + SLACK))

const isPromisedScale = agents.value >= 25_000

const whose = nodes.value > 1 ? `all ${nodes.value} nodes` : 'the node'
const withNodes = nodes.value > 1 ? `, ${nodes.value} nodes` : ''

const MIB = 2 ** 20
const GIB = 2 ** 30
const REST_MS = 15_000
const LIST_MS = 3_000
const LIST_CALLERS = 8
const STORM_MS = 300_000

async function connect(bed: Bed, report: Report): Promise<void> {
  const began = performance.now()
  await bed.fleet.add(agents.value - 1)
  report.tell({
    measure: 'agents that come for the first time',
    unit: 'hosts/s',
    better: 'more',
    ours: [(agents.value - 1) / ((performance.now() - began) / 1000)],
    note: `with their certificates, inventories and pools${withNodes}`,
  })
}

function tellMemory(bed: Bed, what: string, report: Report, isPromise = true): void {
  const common = { unit: 'MiB', better: 'less' } as const
  report.tell({
    measure: `${what}, memory of ${whose}`,
    ...common,
    ours: [sum(bed.nodes.map(({ pid }) => residentBytes(pid))) / MIB],
    ...(isPromise
      ? {
          reach: 'below 2 GiB at 25,000 agents',
          keeps: atScale(isPromisedScale, (mine) => mine * MIB < 2 * GIB),
          note: `${agents.value} agents, ${vms.value} VMs in the database${withNodes}`,
        }
      : {}),
  })
  report.tell({
    measure: `${what}, memory of PostgreSQL`,
    ...common,
    ours: [databaseBytes(bed) / MIB],
  })
}

/** What they cost that only tell how they are. */
async function tellRest(bed: Bed, report: Report): Promise<void> {
  const { nodes: ofNodes, database } = await processorShare(bed, REST_MS)
  const common = { unit: '% of a core', better: 'less', note: `${agents.value} agents${withNodes}` } as const
  const tell = (whose: string, share: number): void =>
    report.tell({ measure: `agents at rest, processor time of ${whose}`, ...common, ours: [share * 100] })
  tell(whose, ofNodes)
  tell('PostgreSQL', database)
}

async function lists(bed: Bed, load: Load, report: Report): Promise<void> {
  const { list } = targetsOf(bed, vms.value)
  const pace = { callers: LIST_CALLERS, durationMs: LIST_MS, perSecond: 50 }
  await flawless(load, list, pace)
  const p95: number[] = []
  for (let round = 0; round < rounds.value; round++)
    p95.push(quantile([...(await flawless(load, list, pace)).latenciesMs], 0.95))
  report.tell({
    measure: 'list 20 beside the agents, p95',
    unit: 'ms',
    better: 'less',
    ours: p95,
    reach: 'below 200 ms at 25,000 agents',
    keeps: atScale(isPromisedScale, (mine) => mine < 200),
    note: `${agents.value} agents${withNodes}, 50 lists/s`,
  })
}

/** All nodes are killed and started: all agents find them gone at once, and come back as their own backoff says. */
async function storm(bed: Bed, report: Report): Promise<void> {
  await Promise.all(bed.nodes.map((node) => node.kill()))
  await bed.fleet.allGone(STORM_MS)
  await Promise.all(bed.nodes.map((node) => node.start()))
  const ms = await bed.fleet.allUp(STORM_MS)
  report.tell({
    measure: 'reconnect storm, until all hosts are connected',
    unit: 's',
    better: 'less',
    ours: [ms / 1000],
    reach: 'below 30 s at 25,000 agents',
    keeps: atScale(isPromisedScale, (mine) => mine < 30),
    note: `${agents.value} agents${withNodes}`,
  })
}

export const bench: Bench = {
  about: 'thousands of agents on one node or several: memory, lists meanwhile, the storm after a restart',
  parameters: { agents, nodes, vms, settleMs, rounds },
  limitMinutes: 25,
  async run(report) {
    checkOpenFiles(mostOfOne)
    await onBed(
      async (bed) => {
        const load = startLoad()
        try {
          while (bed.nodes.length < nodes.value) await bed.addNode()
          await populate(bed.database, { ...bed.furniture, ...bed.accounts }, vms.value)
          tellMemory(bed, 'no agents', report, false)
          await connect(bed, report)
          tellMemory(bed, 'agents connected', report)
          // Each that has come is compared with the database once: that is no rest yet.
          await sleep(settleMs.value)
          await tellRest(bed, report)
          tellMemory(bed, 'agents at rest', report)
          await report.attempt('lists beside the agents', () => lists(bed, load, report))
          await report.attempt('reconnect storm', () => storm(bed, report))
          tellMemory(bed, 'after the storm', report)
        } finally {
          await load.close()
        }
      },
      { nodes: nodes.value },
    )
  },
}
