/**
 * Half of what the node can do, for as long as one likes: VMs come and go, lists are read, hosts fail by schedule. Memory, rows, queues
 * and handles must not grow with time.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { httpClient } from '@basalt/testkit'
import type { Fault } from '../../../apps/simulator/src/schedule.ts'
import { type Bed, onBed } from '../bed/bed.ts'
import { openHandles, residentBytes } from '../bed/processes.ts'
import { databaseBytes } from '../bed/usage.ts'
import { createsOf, openTasks } from '../bed/vms.ts'
import type { Bench, Report } from '../harness/bench.ts'
import { parameter } from '../harness/parameters.ts'
import { quantile, significant, slopeOf } from '../harness/statistics.ts'
import { flawless, type HttpLoad, type Load, startLoad } from '../load/load.ts'

const minutes = parameter('BENCH_SOAK_MINUTES', 10, 'how long')
const hosts = parameter('BENCH_HOSTS', 40, 'simulated hosts')

const CALLERS = 64
const PROBE = 300
/** Samples are so far apart: lists are read meanwhile. */
const SAMPLE_MS = 5_000
const LISTS_PER_SECOND = 20
const LIST_CALLERS = 4
const LIVE_VMS = 300
const DELETERS = 16
const MIB = 2 ** 20

const SCHEDULE: Fault[] = [
  { afterSeconds: 20, fault: 'disconnect', hosts: { count: 2 }, everySeconds: 30 },
  { afterSeconds: 25, fault: 'reconnect', hosts: { count: 1_000_000 }, everySeconds: 30 },
  { afterSeconds: 15, fault: 'failStart', hosts: { count: 1 }, everySeconds: 10 },
  { afterSeconds: 40, fault: 'crash', hosts: { count: 1 }, everySeconds: 60 },
  { afterSeconds: 35, fault: 'loseStartReply', hosts: { count: 1 }, everySeconds: 30 },
]

interface Sample {
  minute: number
  nodeMiB: number
  databaseMiB: number
  handles: number
  openTasks: number
  /** What should be as many as before when as many VMs go as come. */
  liveRows: number
  listP95: number
}

const LIVE_ROWS = `select (select count(*) from vm) + (select count(*) from nic) + (select count(*) from volume)
  + (select count(*) from reservation) + (select count(*) from claim) + (select count(*) from waiting) as count`

function newestRunning({ node, caPem: ca, tokens }: Bed): HttpLoad {
  const path = `/v1/vms?${new URLSearchParams({ q: 'state = running', limit: '20' })}`
  const headers = { authorization: `Bearer ${tokens.ada}` }
  return { kind: 'http', url: node.apiUrl, ca, asked: [{ method: 'GET', path, headers }] }
}

async function sample(bed: Bed, lists: Load, began: number): Promise<Sample> {
  const pace = { callers: LIST_CALLERS, durationMs: SAMPLE_MS, perSecond: LISTS_PER_SECOND }
  const { latenciesMs } = await flawless(lists, newestRunning(bed), pace)
  const [row] = await bed.database.query<{ count: number }>(LIVE_ROWS)
  return {
    minute: (performance.now() - began) / 60_000,
    nodeMiB: residentBytes(bed.node.pid) / MIB,
    databaseMiB: databaseBytes(bed) / MIB,
    handles: openHandles(bed.node.pid),
    openTasks: await openTasks(bed),
    liveRows: row?.count ?? 0,
    listP95: quantile([...latenciesMs], 0.95),
  }
}

/** Deletes the oldest VMs above so many, through the API. */
async function sweep(bed: Bed, http: ReturnType<typeof httpClient>): Promise<void> {
  const old = await bed.database.query<{ id: string }>(
    `select id from vm where state in ('running', 'stopped', 'failed') order by created_at desc offset ${LIVE_VMS}`,
  )
  const next = old.values()
  const deleter = async (): Promise<void> => {
    for (const { id } of next)
      await http({ method: 'DELETE', path: `/v1/vms/${id}`, token: bed.tokens.ada, headers: { prefer: 'wait=60' } })
  }
  await Promise.all(Array.from({ length: DELETERS }, deleter))
}

async function soak(bed: Bed, load: Load, lists: Load, report: Report): Promise<void> {
  const target = createsOf(bed, true)
  await flawless(load, target, { callers: CALLERS, count: CALLERS })
  const capacity = await flawless(load, target, { callers: CALLERS, count: PROBE })
  // A create and a delete cost about the same; together they are half of what the node can do.
  const pace = { callers: CALLERS, durationMs: minutes.value * 60_000, perSecond: capacity.perSecond / 4 }
  await bed.fleet.follow(SCHEDULE)
  const http = httpClient(bed.node.apiUrl, bed.caPem)
  const began = performance.now()
  const samples: Sample[] = []
  let over = false
  const loading = load.ask({ target, pace }).finally(() => {
    over = true
  })
  const sampling = (async () => {
    while (!over) samples.push(await sample(bed, lists, began))
  })()
  const sweeping = (async () => {
    while (!over) {
      await sweep(bed, http)
      await sleep(200)
    }
  })()
  const [outcome] = await Promise.all([loading, sampling, sweeping])
  tell(report, samples, {
    outcome: JSON.stringify(outcome.statuses),
    perSecond: pace.perSecond,
    faults: (await bed.fleet.state()).faults,
  })
}

/** Of the second half: in the first, caches fill. */
const latter = (samples: readonly Sample[]): Sample[] => samples.slice(Math.floor(samples.length / 2))

interface Grown {
  of: keyof Sample
  measure: string
  unit: string
  /** What may be more at the end of the second half than at its beginning, as a share: what is left is noise. */
  allowed: number
}

const GROWN: Grown[] = [
  { of: 'nodeMiB', measure: 'memory of the node', unit: 'MiB', allowed: 0.1 },
  { of: 'databaseMiB', measure: 'memory of PostgreSQL', unit: 'MiB', allowed: 0.1 },
  { of: 'handles', measure: 'open handles of the node', unit: 'handles', allowed: 0.1 },
  { of: 'openTasks', measure: 'open tasks', unit: 'tasks', allowed: 0.5 },
  { of: 'liveRows', measure: 'rows of what is alive', unit: 'rows', allowed: 0.2 },
  { of: 'listP95', measure: 'list of 20, p95', unit: 'ms', allowed: 0.5 },
]

function tell(
  report: Report,
  samples: readonly Sample[],
  facts: { outcome: string; perSecond: number; faults: number },
): void {
  const half = latter(samples)
  const span = (half.at(-1)?.minute ?? 0) - (half[0]?.minute ?? 0)
  for (const { of, measure, unit, allowed } of GROWN) {
    const grown = slopeOf(half.map((each) => ({ x: each.minute, y: each[of] }))) * span
    report.tell({
      measure: `soak, ${measure}`,
      unit,
      better: 'less',
      ours: half.map((each) => each[of]),
      reach: `no growth with time: at most ${allowed * 100} % in the second half`,
      keeps: (mine) => grown <= allowed * mine,
      note: `${significant(grown)} ${unit} more at the end of the second half of ${minutes.value} min than at its beginning, by least squares`,
    })
  }
  report.tell({
    measure: 'soak, creates a second',
    unit: 'VMs/s',
    better: 'more',
    ours: [facts.perSecond],
    note: `${facts.faults} faults of hosts; answers by status ${facts.outcome}`,
  })
}

export const bench: Bench = {
  about: 'half load with churn and faults: memory, rows, queues and handles over time',
  parameters: { minutes, hosts },
  limitMinutes: minutes.value + 10,
  onDemand: true,
  run: (report) =>
    onBed(
      async (bed) => {
        const [load, lists] = [startLoad(), startLoad()]
        try {
          await bed.setSetting('recycleBin.vmRetentionHours', 0)
          await soak(bed, load, lists, report)
        } finally {
          await Promise.all([load.close(), lists.close()])
        }
      },
      { hosts: hosts.value },
    ),
}
