/**
 * A node that is killed in the middle of many sagas and comes back: how soon all of them are resumed, that the API answers meanwhile, and
 * that none is lost. They wait for hosts that take long, so that all of them are open at once. A saga is resumed when the new process has
 * done something for it that counts: a host has accepted a command for its VM under a higher epoch than any before the kill, or its task's
 * row has been written since, which that epoch fences.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { until } from '@basalt/testkit'
import { type Bed, onBed } from '../bed/bed.ts'
import { bedForHeldSagas, holdSagas, type OpenSaga, openSagas, placesOf } from '../bed/held-sagas.ts'
import { atNodes, checkBooks, countsByState, openTasks } from '../bed/vms.ts'
import { atScale, type Bench, type Report } from '../harness/bench.ts'
import { parameter } from '../harness/parameters.ts'
import { quantile } from '../harness/statistics.ts'
import { type Load, refusalsOf, startLoad } from '../load/load.ts'

const sagas = parameter('BENCH_SAGAS', 10_000, 'VMs under way when the node is killed')
const hosts = parameter('BENCH_HOSTS', 200, 'simulated hosts')
const rounds = parameter('BENCH_ROUNDS', 3, 'rounds, each on a bed of its own')

const RESUMED_MS = 120_000
const END_MS = 300_000
/** Between two looks: they share the machine with what they look at. */
const LOOK_EVERY_MS = 100
const READS = { callers: 16, perSecond: 100, durationMs: 5_000 }

interface Back {
  places: string
  servesMs: number
  resumedMs: number
  endedMs: number
  /** Of reads from when it serves on. */
  readP99Ms: number
}

/** Those that the new process has not touched yet, each time fewer. @param since when the old one was dead, by the database's clock */
function createRemaining(bed: Bed, open: readonly OpenSaga[], since: string) {
  const remaining = new Set(open.map(({ vm }) => vm))
  const highest = Math.max(...open.map(({ epoch }) => epoch))
  return async (): Promise<number> => {
    // Fences are made of two for each epoch, for steps and for undos.
    for (const [resource, fence] of await bed.fleet.fences()) if (fence > 2 * highest + 1) remaining.delete(resource)
    const written = await bed.database.query<{ vm: string }>(
      `select resource as vm from task where action = 'vm.create' and updated_at > $1`,
      [since],
    )
    for (const { vm } of written) remaining.delete(vm)
    return remaining.size
  }
}

/** Reads of one VM after the other, as their owner; the latest that comes with errors is a failure. */
async function readP99(bed: Bed, load: Load, vms: readonly string[]): Promise<number> {
  const headers = { authorization: `Bearer ${bed.tokens.ada}` }
  const asked = vms.slice(0, 100).map((vm) => ({ method: 'GET', path: `/v1/vms/${vm}`, headers }))
  const outcome = await load.ask({ target: atNodes(bed, asked), pace: READS })
  if (refusalsOf(outcome)) throw new Error(`reads were answered with errors: ${refusalsOf(outcome)}`)
  return quantile([...outcome.latenciesMs], 0.99)
}

/** Every VM that was open has ended as its host let it: nothing is lost, and nothing is there twice. */
async function checkEnds(bed: Bed, open: readonly OpenSaga[]): Promise<void> {
  const failing = open.filter(({ state }) => state === 'undoing').length
  // With the one that brought the image.
  const wanted = { running: open.length - failing + 1, failed: failing }
  const { running = 0, failed = 0 } = await countsByState(bed)
  if (running !== wanted.running || failed !== wanted.failed)
    throw new Error(`VMs ended otherwise than they had to: ${JSON.stringify({ wanted, running, failed })}`)
  await checkBooks(bed)
}

async function killAndStart(bed: Bed, load: Load): Promise<Back> {
  const open = await holdSagas(bed, sagas.value, hosts.value)
  await bed.node.kill()
  const [{ since = '' } = {}] = await bed.database.query<{ since: string }>('select now() as since')
  await bed.fleet.fences()
  const remaining = createRemaining(bed, open, since)
  const began = performance.now()
  await bed.node.start()
  const servesMs = performance.now() - began
  const reading = readP99(
    bed,
    load,
    open.map(({ vm }) => vm),
  )
  const isResumed = async (): Promise<boolean> => (await remaining()) === 0 || sleep(LOOK_EVERY_MS, false)
  await until('every saga is resumed', isResumed, RESUMED_MS)
  const resumedMs = performance.now() - began
  const readP99Ms = await reading
  const stillOpen = (await openSagas(bed)).length
  if (stillOpen !== open.length)
    throw new Error(`${open.length} sagas were open, ${stillOpen} are while hosts hold them`)
  const letGoAt = performance.now()
  await bed.fleet.letGo()
  await until('every saga has ended', async () => (await openTasks(bed)) === 0 || sleep(LOOK_EVERY_MS, false), END_MS)
  const endedMs = performance.now() - letGoAt
  await checkEnds(bed, open)
  return { places: placesOf(open), servesMs, resumedMs, endedMs, readP99Ms }
}

async function oneRound(): Promise<Back> {
  const load = startLoad()
  try {
    return await onBed((bed) => killAndStart(bed, load), bedForHeldSagas(hosts.value))
  } finally {
    await load.close()
  }
}

function tell(report: Report, backs: readonly Back[]): void {
  const seconds = { unit: 's', better: 'less' } as const
  report.tell({
    measure: 'restart, until all sagas are resumed or undone',
    ...seconds,
    ours: backs.map(({ resumedMs }) => resumedMs / 1000),
    reach: 'below 10 s with 10,000 open sagas, none lost',
    keeps: atScale(sagas.value >= 10_000, (mine) => mine < 10),
    note: `${sagas.value} were open (${backs[0]?.places}), none lost`,
  })
  report.tell({
    measure: 'restart, until the node serves',
    ...seconds,
    ours: backs.map(({ servesMs }) => servesMs / 1000),
  })
  report.tell({
    measure: 'restart, GET while sagas are resumed, p99',
    unit: 'ms',
    better: 'less',
    ours: backs.map(({ readP99Ms }) => readP99Ms),
    note: `${READS.perSecond} a second, for ${READS.durationMs / 1000} s from when the node serves`,
  })
  report.tell({
    measure: 'restart, from when hosts let go until all sagas have ended',
    ...seconds,
    ours: backs.map(({ endedMs }) => endedMs / 1000),
    note: 'all of them at once; the books are right afterwards',
  })
}

export const bench: Bench = {
  about: 'a node is killed with many sagas open, and comes back',
  parameters: { sagas, hosts, rounds },
  limitMinutes: 20,
  async run(report) {
    const backs: Back[] = []
    for (let round = 0; round < rounds.value; round++) backs.push(await oneRound())
    tell(report, backs)
  },
}
