/**
 * A whole cloud made through its API: very many simulated hosts, and ten VMs on each by whole sagas, every step of them durable. What that
 * takes, whether it grows slower with what is there, and what the cloud costs afterwards. Hosts answer at once: what is measured is ours.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Bed, onBed } from '../bed/bed.ts'
import { residentBytes } from '../bed/processes.ts'
import { databaseBytes, processorShare } from '../bed/usage.ts'
import { checkBooks, countsByState, createsOf } from '../bed/vms.ts'
import { atScale, type Bench, type Report } from '../harness/bench.ts'
import { parameter } from '../harness/parameters.ts'
import { median, quantile } from '../harness/statistics.ts'
import { flawless, type HttpLoad, type Load, refusalsOf, startLoad } from '../load/load.ts'

const hosts = parameter('BENCH_HOSTS', 10_000, 'simulated hosts')
const vms = parameter('BENCH_VMS', 100_000, 'VMs that are created on them')
const callers = parameter('BENCH_CALLERS', 256, 'callers that create another VM when theirs runs')
const parts = parameter('BENCH_PARTS', 20, 'parts in which they are created, each timed')
const settleMs = parameter('BENCH_SETTLE_MS', 45_000, 'how long hosts have been there before anything is measured')

const isPromisedScale = hosts.value >= 10_000 && vms.value >= 100_000
const MIB = 2 ** 20
const GIB = 2 ** 30
const REST_MS = 15_000
const [LIST_MS, LIST_CALLERS, LISTS_PER_SECOND] = [5_000, 8, 50]
const VMS_PER_NETWORK = 10_000
const ofAll = `${vms.value} VMs on ${hosts.value} hosts`

async function addNetworks(bed: Bed): Promise<string[]> {
  const { zone } = bed.furniture
  const networks: string[] = []
  while (networks.length * VMS_PER_NETWORK < vms.value) {
    const body = { name: `wide${networks.length}`, zone, cidr: '10.64.0.0/14' }
    networks.push(String((await bed.ok('ada', 'POST', '/v1/networks', body)).resource))
  }
  return networks
}

async function create(bed: Bed, load: Load, report: Report): Promise<void> {
  const target = createsOf(bed, true, await addNetworks(bed))
  const [perSecond, p99]: [number[], number[]] = [[], []]
  let [seconds, made, refused] = [0, 0, 0]
  for (let part = 0; made < vms.value && part < parts.value * 2; part++) {
    const count = Math.min(Math.ceil(vms.value / parts.value), vms.value - made)
    const outcome = await load.ask({ target, pace: { callers: callers.value, count } })
    const { 200: done = 0, 503: later = 0, ...others } = outcome.statuses
    if (Object.keys(others).length > 0) throw new Error(`the load was answered with errors: ${refusalsOf(outcome)}`)
    made += done
    refused += later
    seconds += outcome.seconds
    perSecond.push(outcome.perSecond)
    p99.push(quantile([...outcome.latenciesMs], 0.99))
  }
  report.tell({
    measure: `${ofAll}, until all run`,
    unit: 's',
    better: 'less',
    ours: [seconds],
    reach: 'below 60 s with 100,000 VMs on 10,000 hosts',
    keeps: atScale(isPromisedScale, (mine) => mine < 60),
    note: `${callers.value} at a time; each waits for its task, as any client does`,
  })
  const quarter = Math.max(1, Math.floor(parts.value / 4))
  report.tell({
    measure: `${ofAll}, created in the last quarter`,
    unit: 'VMs/s',
    better: 'more',
    ours: perSecond.slice(-quarter),
    yardstick: perSecond.slice(0, quarter),
    beside: 'in the first quarter',
    reach: 'at least two thirds',
    keeps: (mine, theirs) => mine >= theirs / 1.5,
  })
  report.tell({
    measure: `${ofAll}, requests refused for the moment`,
    unit: 'requests',
    better: 'less',
    ours: [refused],
    note: 'with 503 and nothing done; they were asked again, as clients do',
  })
  report.tell({ measure: `${ofAll}, request to running, p99`, unit: 'ms', better: 'less', ours: p99 })
}

async function checkThatAllRun(bed: Bed): Promise<void> {
  await checkBooks(bed)
  const { running = 0 } = await countsByState(bed)
  if (running !== vms.value) throw new Error(`${vms.value} VMs were asked for, ${running} run`)
}

function tellMemory(bed: Bed, when: string, report: Report): void {
  report.tell({
    measure: `${ofAll}, memory of the node ${when}`,
    unit: 'MiB',
    better: 'less',
    ours: [residentBytes(bed.node.pid) / MIB],
    reach: 'below 1 GiB with 100,000 VMs on 10,000 hosts',
    keeps: atScale(isPromisedScale, (mine) => mine * MIB < GIB),
  })
  report.tell({
    measure: `${ofAll}, memory of PostgreSQL ${when}`,
    unit: 'MiB',
    better: 'less',
    ours: [databaseBytes(bed) / MIB],
  })
}

async function tellRest(bed: Bed, report: Report): Promise<void> {
  const { nodes, database } = await processorShare(bed, REST_MS)
  const tell = (whose: string, share: number): void =>
    report.tell({
      measure: `${ofAll}, processor time of ${whose} at rest`,
      unit: '% of a core',
      better: 'less',
      ours: [share * 100],
    })
  tell('the node', nodes)
  tell('PostgreSQL', database)
}

/** The first page of the owner's VMs that run. */
async function tellLists(bed: Bed, load: Load, report: Report): Promise<void> {
  const headers = { authorization: `Bearer ${bed.tokens.ada}` }
  const list: HttpLoad = {
    kind: 'http',
    url: bed.node.apiUrl,
    ca: bed.caPem,
    asked: [{ method: 'GET', path: '/v1/vms?limit=20&q=state%20%3D%20running', headers }],
  }
  const outcome = await flawless(load, list, {
    callers: LIST_CALLERS,
    durationMs: LIST_MS,
    perSecond: LISTS_PER_SECOND,
  })
  report.tell({
    measure: `${ofAll}, list 20 of those that run, p95`,
    unit: 'ms',
    better: 'less',
    ours: [quantile([...outcome.latenciesMs], 0.95)],
    note: `median ${median([...outcome.latenciesMs]).toFixed(1)} ms; ${LISTS_PER_SECOND} lists/s`,
  })
}

export const bench: Bench = {
  about: 'a whole cloud through its API: very many hosts, ten VMs on each by whole sagas, and what it costs then',
  parameters: { hosts, vms, callers, parts, settleMs },
  limitMinutes: 30,
  onDemand: true,
  run: (report) =>
    onBed(
      async (bed) => {
        const load = startLoad()
        try {
          await bed.fleet.add(hosts.value - 1)
          // Each that has come is compared with the database once: that is no rest yet.
          await sleep(settleMs.value)
          await create(bed, load, report)
          tellMemory(bed, 'when all run', report)
          await checkThatAllRun(bed)
          await sleep(settleMs.value)
          await tellRest(bed, report)
          tellMemory(bed, 'at rest', report)
          await report.attempt('lists', () => tellLists(bed, load, report))
        } finally {
          await load.close()
        }
      },
      { hasNetworkApart: true },
    ),
}
