/** Thousands of connected agents on one node: its memory, its answers meanwhile, and the storm when it comes back. */
import { until } from '@basalt/testkit'
import { type Bed, onBed } from '../bed/bed.ts'
import { checkOpenFiles } from '../bed/open-files.ts'
import { populate } from '../bed/population.ts'
import { residentBytes } from '../bed/processes.ts'
import { databaseBytes, processorShare } from '../bed/usage.ts'
import { atScale, type Bench, type Report } from '../harness/bench.ts'
import { parameter } from '../harness/parameters.ts'
import { quantile } from '../harness/statistics.ts'
import { flawless, type Load, startLoad } from '../load/load.ts'
import { targetsOf } from './api.ts'

const agents = parameter('BENCH_AGENTS', 2_000, 'connected simulated hosts, up to 25,000')
const vms = parameter('BENCH_ROWS', 100_000, 'VMs that are in the database')
const rounds = parameter('BENCH_ROUNDS', 5, 'rounds of lists beside the agents')

const isPromisedScale = agents.value >= 25_000

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
    note: 'with their certificates, inventories and pools',
  })
}

function tellMemory(bed: Bed, what: string, report: Report, isPromise = true): void {
  const common = { unit: 'MiB', better: 'less' } as const
  report.tell({
    measure: `${what}, memory of the node`,
    ...common,
    ours: [residentBytes(bed.node.pid) / MIB],
    ...(isPromise
      ? {
          reach: 'below 2 GiB at 25,000 agents',
          keeps: atScale(isPromisedScale, (mine) => mine * MIB < 2 * GIB),
          note: `${agents.value} agents, ${vms.value} VMs in the database`,
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
  const { nodes, database } = await processorShare(bed, REST_MS)
  const common = { unit: '% of a core', better: 'less', note: `${agents.value} agents` } as const
  const tell = (whose: string, share: number): void =>
    report.tell({ measure: `agents at rest, processor time of ${whose}`, ...common, ours: [share * 100] })
  tell('the node', nodes)
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
    note: `${agents.value} agents, 50 lists/s`,
  })
}

/** The node is killed and started: all agents find it gone at once, and come back as their own backoff says. */
async function storm(bed: Bed, report: Report): Promise<void> {
  await bed.node.kill()
  await until('every agent has noticed', async () => (await bed.fleet.connected()) === 0, STORM_MS)
  await bed.node.start()
  const ms = await bed.fleet.allUp(STORM_MS)
  report.tell({
    measure: 'reconnect storm, until all hosts are connected',
    unit: 's',
    better: 'less',
    ours: [ms / 1000],
    reach: 'below 30 s at 25,000 agents',
    keeps: atScale(isPromisedScale, (mine) => mine < 30),
    note: `${agents.value} agents`,
  })
}

export const bench: Bench = {
  about: 'thousands of agents on one node: memory, lists meanwhile, the storm after a restart',
  parameters: { agents, vms, rounds },
  limitMinutes: 25,
  async run(report) {
    checkOpenFiles(agents.value)
    await onBed(async (bed) => {
      const load = startLoad()
      try {
        await populate(bed.database, { ...bed.furniture, ...bed.accounts }, vms.value)
        tellMemory(bed, 'no agents', report, false)
        await connect(bed, report)
        tellMemory(bed, 'agents connected', report)
        await tellRest(bed, report)
        await report.attempt('lists beside the agents', () => lists(bed, load, report))
        await report.attempt('reconnect storm', () => storm(bed, report))
        tellMemory(bed, 'after the storm', report)
      } finally {
        await load.close()
      }
    })
  },
}
