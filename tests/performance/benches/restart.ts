/** A node that is killed in the middle of many sagas and comes back: how soon all of them are resumed or undone, and that none is lost. */
import { until } from '@basalt/testkit'
import { type Bed, onBed } from '../bed/bed.ts'
import { checkBooks, createsOf, openTasks } from '../bed/vms.ts'
import { atScale, type Bench, type Report } from '../harness/bench.ts'
import { parameter, rounds } from '../harness/parameters.ts'
import { refusalsOf, startLoad } from '../load/load.ts'

const sagas = parameter('BENCH_SAGAS', 2_000, 'VMs under way when the node is killed')
const hosts = parameter('BENCH_HOSTS', 40, 'simulated hosts')

const ACCEPT_MS = 120_000
const END_MS = 180_000
const CALLERS = 128

interface Back {
  openAtDeath: number
  servesMs: number
  endedMs: number
}

const tasksOf = async ({ database }: Bed): Promise<{ open: number; all: number; lost: number }> => {
  const [row] = await database.query<{ open: number; all: number; lost: number }>(
    `select count(*) filter (where finished_at is null) as open, count(*) as all,
      count(*) filter (where finished_at is not null and state not in ('succeeded', 'failed', 'cancelled')) as lost
     from task where action = 'vm.create'`,
  )
  return row ?? { open: 0, all: 0, lost: 0 }
}

/** Accepts work until enough of it is under way, and kills the node. Callers that are cut off have their answer, or no task. */
async function killInTheMiddle(bed: Bed, before: number): Promise<number> {
  const load = startLoad()
  try {
    const accepting = load.ask({ target: createsOf(bed, false), pace: { callers: CALLERS, count: sagas.value } })
    const enough = until(
      `${sagas.value} VMs are accepted`,
      async () => (await tasksOf(bed)).all - before >= sagas.value,
      ACCEPT_MS,
    )
    await Promise.all([
      accepting.then((outcome) => refusalsOf(outcome) && Promise.reject(new Error(refusalsOf(outcome)))),
      enough,
    ])
    const open = await openTasks(bed)
    await bed.node.kill()
    return open
  } finally {
    await load.close()
  }
}

async function restart(bed: Bed): Promise<Back> {
  const before = (await tasksOf(bed)).all
  const openAtDeath = await killInTheMiddle(bed, before)
  const began = performance.now()
  await bed.node.start()
  const servesMs = performance.now() - began
  await until('every saga has ended', async () => (await openTasks(bed)) === 0, END_MS)
  const endedMs = performance.now() - began
  const { all, lost } = await tasksOf(bed)
  if (all - before !== sagas.value || lost > 0)
    throw new Error(`${sagas.value} VMs were accepted, ${all - before} tasks are there, ${lost} without an end`)
  return { openAtDeath, servesMs, endedMs }
}

async function measure(bed: Bed, report: Report): Promise<void> {
  const backs: Back[] = []
  for (let round = 0; round < rounds.value; round++) backs.push(await restart(bed))
  await checkBooks(bed)
  const open = backs.map(({ openAtDeath }) => openAtDeath)
  const common = { unit: 's', better: 'less' } as const
  report.tell({
    measure: 'restart, until all sagas have ended',
    ...common,
    ours: backs.map(({ endedMs }) => endedMs / 1000),
    reach: 'below 10 s with 10,000 open sagas, none lost',
    keeps: atScale(Math.min(...open) >= 10_000, (mine) => mine < 10),
    note: `${Math.min(...open)} to ${Math.max(...open)} sagas were open, none lost`,
  })
  report.tell({
    measure: 'restart, until the node serves',
    ...common,
    ours: backs.map(({ servesMs }) => servesMs / 1000),
  })
}

export const bench: Bench = {
  about: 'a node is killed with many sagas open, and comes back',
  parameters: { sagas, hosts, rounds },
  limitMinutes: 12,
  // Hosts as slow as real ones: else most sagas end before the node is killed.
  run: (report) => onBed((bed) => measure(bed, report), { hosts: hosts.value, latencyFactor: 1 }),
}
