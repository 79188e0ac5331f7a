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

const vms = parameter('BENCH_ROWS', 100_000, 'VMs that are in the database')
const settleMs = parameter('BENCH_SETTLE_MS', 45_000, 'how long they have been there before they count as at rest')
const rounds = parameter('BENCH_ROUNDS', 5, 'rounds of lists beside the agents')

/** What a node may have beyond its share before it sends agents elsewhere (`SLACK` of apps/control-plane/src/nodes/rebalance.ts). */
const SLACK = 0.1
const PROMISED_AGENTS = 25_000

const MIB = 2 ** 20
const GIB = 2 ** 30
const REST_MS = 15_000
const LIST_MS = 3_000
const LIST_CALLERS = 8
const STORM_MS = 300_000

interface Size {
  /** Connected simulated hosts. */
  agents: number
  /** That have them, evenly. */
  nodes: number
}

/** What is measured, and where it is told. */
interface Measured {
  bed: Bed
  report: Report
  size: Size
}

const isPromised = ({ agents }: Size): boolean => agents >= PROMISED_AGENTS
const whose = ({ nodes }: Size): string => (nodes > 1 ? `all ${nodes} nodes` : 'the node')
const withNodes = ({ nodes }: Size): string => (nodes > 1 ? `, ${nodes} nodes` : '')
const inWords = (size: Size): string => `${size.agents} agents${withNodes(size)}`

async function connect({ bed, report, size }: Measured): Promise<void> {
  const began = performance.now()
  await bed.fleet.add(size.agents - 1)
  report.tell({
    measure: 'agents that come for the first time',
    unit: 'hosts/s',
    better: 'more',
    ours: [(size.agents - 1) / ((performance.now() - began) / 1000)],
    note: `with their certificates, inventories and pools${withNodes(size)}`,
  })
}

function tellMemory({ bed, report, size }: Measured, what: string, isPromise = true): void {
  const common = { unit: 'MiB', better: 'less' } as const
  report.tell({
    measure: `${what}, memory of ${whose(size)}`,
    ...common,
    ours: [sum(bed.nodes.map(({ pid }) => residentBytes(pid))) / MIB],
    ...(isPromise
      ? {
          reach: 'below 2 GiB at 25,000 agents',
          keeps: atScale(isPromised(size), (mine) => mine * MIB < 2 * GIB),
          note: `${inWords(size)}; ${vms.value} VMs in the database`,
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
async function tellRest({ bed, report, size }: Measured): Promise<void> {
  const { nodes: ofNodes, database } = await processorShare(bed, REST_MS)
  const common = { unit: '% of a core', better: 'less', note: inWords(size) } as const
  const tell = (of: string, share: number): void =>
    report.tell({ measure: `agents at rest, processor time of ${of}`, ...common, ours: [share * 100] })
  tell(whose(size), ofNodes)
  tell('PostgreSQL', database)
}

async function lists({ bed, report, size }: Measured, load: Load): Promise<void> {
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
    keeps: atScale(isPromised(size), (mine) => mine < 200),
    note: `${inWords(size)}; 50 lists/s`,
  })
}

/** All nodes are killed and started: all agents find them gone at once, and come back as their own backoff says. */
async function storm({ bed, report, size }: Measured): Promise<void> {
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
    keeps: atScale(isPromised(size), (mine) => mine < 30),
    note: inWords(size),
  })
}

async function measure(all: Measured): Promise<void> {
  const { bed, report, size } = all
  const load = startLoad()
  try {
    while (bed.nodes.length < size.nodes) await bed.addNode()
    await populate(bed.database, { ...bed.furniture, ...bed.accounts }, vms.value)
    tellMemory(all, 'no agents', false)
    await connect(all)
    tellMemory(all, 'agents connected')
    // Each that has come is compared with the database once: that is no rest yet.
    await sleep(settleMs.value)
    await tellRest(all)
    tellMemory(all, 'agents at rest')
    await report.attempt('lists beside the agents', () => lists(all, load))
    await report.attempt('reconnect storm', () => storm(all))
    tellMemory(all, 'after the storm')
  } finally {
    await load.close()
  }
}

/** @param unlessTold how many agents and nodes there are, if the environment does not say */
export function agentsBench(about: string, unlessTold: Size): Pick<Bench, 'about' | 'parameters' | 'run'> {
  const agents = parameter('BENCH_AGENTS', unlessTold.agents, 'connected simulated hosts, up to 25,000')
  // A process may have fewer connections than there are agents: then they need several nodes.
  const nodes = parameter('BENCH_NODES', unlessTold.nodes, 'nodes that have them, evenly')
  const size: Size = { agents: agents.value, nodes: nodes.value }
  return {
    about,
    parameters: { agents, nodes, vms, settleMs, rounds },
    async run(report) {
      checkOpenFiles(Math.ceil((size.agents / size.nodes) * (size.nodes > 1 ? 1 + SLACK : 1)))
      await onBed((bed) => measure({ bed, report, size }), { nodes: size.nodes })
    },
  }
}

export const bench: Bench = {
  ...agentsBench('thousands of agents: memory, lists meanwhile, the storm after a restart', {
    agents: 2_000,
    nodes: 1,
  }),
  limitMinutes: 25,
}
