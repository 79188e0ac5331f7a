/**
 * Whole VMs on simulated hosts: from the request to the guest running, every step of the saga durable, on a control plane with audit and
 * events as always. Hosts answer at once: what is measured is ours.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Bed, onBed } from '../bed/bed.ts'
import { processorTime } from '../bed/usage.ts'
import { countsByState, createsOf } from '../bed/vms.ts'
import type { Bench, Report } from '../harness/bench.ts'
import { parameter, rounds } from '../harness/parameters.ts'
import { quantile } from '../harness/statistics.ts'
import { flawless, type Load, startLoad, type Target } from '../load/load.ts'

const vms = parameter('BENCH_VMS', 500, 'VMs that are created in each round')
const hosts = parameter('BENCH_HOSTS', 40, 'simulated hosts')
const callers = parameter('BENCH_CALLERS', 128, 'callers that create another VM when theirs runs')

/** What a VM's creation wrote at least, were it six plain records one after the other: the yardstick writes so many for each. */
const RECORDS = 6
const YARDSTICK_MS = 1_500

interface Created {
  perSecond: number[]
  latencyMs: number[]
  yardstick: number[]
  nodeSeconds: number[]
  databaseSeconds: number[]
}

async function create(bed: Bed, load: Load): Promise<Created> {
  const target = createsOf(bed, true)
  const inserts: Target = { kind: 'inserts', url: bed.server.url, flushes: RECORDS, rows: 1 }
  const created: Created = { perSecond: [], latencyMs: [], yardstick: [], nodeSeconds: [], databaseSeconds: [] }
  await flawless(load, target, { callers: callers.value, count: callers.value })
  for (let round = 0; round < rounds.value; round++) {
    const before = processorTime(bed)
    const outcome = await flawless(load, target, { callers: callers.value, count: vms.value })
    const after = processorTime(bed)
    created.nodeSeconds.push(((after.nodes - before.nodes) / vms.value) * 1000)
    created.databaseSeconds.push(((after.database - before.database) / vms.value) * 1000)
    created.perSecond.push(outcome.perSecond)
    created.latencyMs.push(quantile([...outcome.latenciesMs], 0.99))
    const unit = await flawless(load, inserts, { callers: callers.value, durationMs: YARDSTICK_MS })
    created.yardstick.push(unit.perSecond)
  }
  return created
}

async function checkThatAllRun(bed: Bed): Promise<void> {
  const wanted = callers.value + rounds.value * vms.value
  const states = await countsByState(bed)
  const { guests } = await bed.fleet.state()
  if (states.running !== wanted || guests !== wanted)
    throw new Error(`${wanted} VMs were asked for; the database says ${JSON.stringify(states)}, hosts have ${guests}`)
}

function tell(report: Report, created: Created): void {
  report.tell({
    measure: 'create VM, whole saga',
    unit: 'VMs/s',
    better: 'more',
    ours: created.perSecond,
    yardstick: created.yardstick,
    beside: `${RECORDS} group-committed inserts through pg`,
    reach: '2,000 VMs/s',
    keeps: (mine) => mine >= 2_000,
  })
  report.tell({
    measure: 'create VM, request to running, p99',
    unit: 'ms',
    better: 'less',
    ours: created.latencyMs,
    note: `${callers.value} at a time`,
  })
  const cost = { unit: 'ms of a core', better: 'less' } as const
  report.tell({ measure: 'create VM, processor time of the node', ...cost, ours: created.nodeSeconds })
  report.tell({ measure: 'create VM, processor time of PostgreSQL', ...cost, ours: created.databaseSeconds })
}

/** What is kept of what happened: it goes when its retention ends, however long the VM lives. */
const HISTORY = ['event', 'audit', 'audit_link', 'journal', 'task', 'tombstone', 'idempotency']

const FOOTPRINT = `select
  (select sum(n_tup_ins) from pg_stat_user_tables)::bigint as rows,
  (select xact_commit from pg_stat_database where datname = current_database()) as transactions,
  (pg_current_wal_lsn() - '0/0'::pg_lsn)::bigint as wal,
  (select sum(pg_total_relation_size(relid)) from pg_stat_user_tables where relname = any($1))::bigint as history,
  (select sum(pg_total_relation_size(relid)) from pg_stat_user_tables where not relname = any($1))::bigint as inventory`

type Footprint = Record<'rows' | 'transactions' | 'wal' | 'history' | 'inventory', number>

/** A connection that rests tells its last statistics after 10 s (`PGSTAT_IDLE_INTERVAL` of PostgreSQL). */
const STATISTICS_MS = 12_000

async function footprintNow({ database }: Bed): Promise<Footprint> {
  await sleep(STATISTICS_MS)
  const [row] = await database.query<Footprint>(FOOTPRINT, [HISTORY])
  if (!row) throw new Error('PostgreSQL tells nothing of itself')
  return row
}

/** What a VM leaves in the database, when many are created together. */
async function footprint(bed: Bed, load: Load, report: Report): Promise<void> {
  const before = await footprintNow(bed)
  await flawless(load, createsOf(bed, true), { callers: callers.value, count: vms.value })
  const after = await footprintNow(bed)
  const tell = (measure: string, unit: string, of: keyof Footprint): void =>
    report.tell({
      measure: `create VM, ${measure}`,
      unit,
      better: 'less',
      ours: [(after[of] - before[of]) / vms.value],
      note: `of ${vms.value} created together`,
    })
  tell('rows written', 'rows', 'rows')
  tell('transactions', 'transactions', 'transactions')
  tell('write-ahead log', 'bytes', 'wal')
  tell('what stays as long as it lives', 'bytes', 'inventory')
  tell('history, which its retention ends', 'bytes', 'history')
}

export const bench: Bench = {
  about: 'whole VMs on simulated hosts, from the request to the guest running, and what each costs',
  parameters: { vms, hosts, callers, rounds },
  limitMinutes: 10,
  run: (report) =>
    onBed(
      async (bed) => {
        const load = startLoad()
        try {
          const created = await create(bed, load)
          await checkThatAllRun(bed)
          tell(report, created)
          await report.attempt('what a VM leaves in the database', () => footprint(bed, load, report))
        } finally {
          await load.close()
        }
      },
      { hosts: hosts.value },
    ),
}
