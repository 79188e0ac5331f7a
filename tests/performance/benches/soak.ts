/**
 * Half of what the node can do, for as long as one likes: VMs come and go, lists are read, hosts fail by schedule. Memory, rows, queues
 * and handles must not grow with time.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { httpClient } from '@basalt/testkit'
import type { Fault } from '../../../apps/simulator/src/schedule.ts'
import { type Bed, onBed } from '../bed/bed.ts'
import { familyOf, openHandles, proportionalBytes, residentBytes, sum } from '../bed/processes.ts'
import { createsOf, openTasks } from '../bed/vms.ts'
import type { Bench, Report } from '../harness/bench.ts'
import { parameter } from '../harness/parameters.ts'
import { median, significant, slopeOf } from '../harness/statistics.ts'
import { flawless, type Load, startLoad } from '../load/load.ts'

const minutes = parameter('BENCH_SOAK_MINUTES', 10, 'how long')
const hosts = parameter('BENCH_HOSTS', 40, 'simulated hosts')

const CALLERS = 64
const PROBE = 300
const SAMPLE_MS = 5_000
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
}

const LIVE_ROWS = `select (select count(*) from vm) + (select count(*) from nic) + (select count(*) from volume)
  + (select count(*) from reservation) + (select count(*) from claim) + (select count(*) from waiting) as count`

async function sample(bed: Bed, began: number): Promise<Sample> {
  const [row] = await bed.database.query<{ count: number }>(LIVE_ROWS)
  return {
    minute: (performance.now() - began) / 60_000,
    nodeMiB: residentBytes(bed.node.pid) / MIB,
    databaseMiB: sum(familyOf(bed.server.pid).map(proportionalBytes)) / MIB,
    handles: openHandles(bed.node.pid),
    openTasks: await openTasks(bed),
    liveRows: row?.count ?? 0,
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

async function soak(bed: Bed, load: Load, report: Report): Promise<void> {
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
    while (!over) {
      await sleep(SAMPLE_MS)
      samples.push(await sample(bed, began))
    }
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

function tell(
  report: Report,
  samples: readonly Sample[],
  facts: { outcome: string; perSecond: number; faults: number },
): void {
  const half = latter(samples)
  const slope = (of: keyof Sample): number => slopeOf(half.map((each) => ({ x: each.minute, y: each[of] })))
  const row = (of: keyof Sample, measure: string, unit: string, growth: number): void => {
    const perMinute = slope(of)
    // So much a minute, of what there is, is growth and not noise.
    const allowed = Math.max(growth * median(half.map((each) => each[of])), growth)
    report.tell({
      measure: `soak, ${measure}`,
      unit,
      better: 'less',
      ours: half.map((each) => each[of]),
      reach: 'no growth with time',
      keeps: () => perMinute <= allowed,
      note: `${significant(perMinute)} ${unit} a minute in the second half of ${minutes.value} min`,
    })
  }
  row('nodeMiB', 'memory of the node', 'MiB', 0.02)
  row('databaseMiB', 'memory of PostgreSQL', 'MiB', 0.05)
  row('handles', 'open handles of the node', 'handles', 0.02)
  row('openTasks', 'open tasks', 'tasks', 0.2)
  row('liveRows', 'rows of what is alive', 'rows', 0.05)
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
        const load = startLoad()
        try {
          await bed.setSetting('recycleBin.vmRetentionHours', 0)
          await soak(bed, load, report)
        } finally {
          await load.close()
        }
      },
      { hosts: hosts.value },
    ),
}
