/** How cost grows with the data: once, ten times, a hundred times as much. What bends upwards is told. */
import { type Bed, onBed } from '../bed/bed.ts'
import { populate } from '../bed/population.ts'
import { createsOf } from '../bed/vms.ts'
import type { Bench, Report } from '../harness/bench.ts'
import { parameter, rounds } from '../harness/parameters.ts'
import { median, quantile, significant } from '../harness/statistics.ts'
import { closedLoop } from '../load/callers.ts'
import { flawless, type Load, startLoad, type Target } from '../load/load.ts'
import { targetsOf } from './api.ts'
import { addPlaces, placingOn } from './placement.ts'

const vms = parameter('BENCH_GROWTH_ROWS', 1_000, 'VMs at once; then ten and a hundred times as many')
const hosts = parameter('BENCH_GROWTH_HOSTS', 100, 'hosts to choose from at once; then ten and a hundred times as many')
const roundMs = parameter('BENCH_ROUND_MS', 1_500, 'how long each round takes')

const FACTORS = [1, 10, 100] as const
const CALLERS = 16
const CREATES = 100
/** Ten times the data may cost so much more before the line counts as bent: deeper indexes, colder caches. */
const BEND = 1.5

/** Milliseconds a piece of work, of all rounds, by measure. */
type Costs = Record<string, number[]>

const callersMs = (perSecond: number): number => (CALLERS * 1000) / perSecond

async function costsOf(bed: Bed, load: Load, size: number): Promise<Costs> {
  const { one, list, post } = targetsOf(bed, size)
  const targets: Record<string, Target> = {
    'GET one resource': one,
    'list 20 by state and host': list,
    'durable POST': post,
  }
  const costs: Costs = {}
  for (const [name, target] of Object.entries(targets)) {
    const pace = { callers: CALLERS, durationMs: roundMs.value }
    await flawless(load, target, pace)
    costs[name] = []
    for (let round = 0; round < rounds.value; round++)
      costs[name].push(callersMs((await flawless(load, target, pace)).perSecond))
  }
  costs['create VM'] = []
  for (let round = 0; round <= rounds.value; round++) {
    const { perSecond } = await flawless(load, createsOf(bed, true), { callers: CALLERS, count: CREATES })
    if (round > 0) costs['create VM'].push(callersMs(perSecond))
  }
  return costs
}

async function placementOf(bed: Bed, count: number): Promise<Costs> {
  await addPlaces(bed.database, bed, count)
  const { place, close } = placingOn(bed)
  const costs: number[] = []
  try {
    for (let round = 0; round <= rounds.value; round++) {
      const { perSecond } = await closedLoop(CALLERS, roundMs.value, place)
      if (round > 0) costs.push(callersMs(perSecond))
    }
  } finally {
    await close()
  }
  return { 'placement with its commit': costs }
}

function tell(report: Report, all: readonly Costs[], sizes: readonly number[], what: string): void {
  for (const name of Object.keys(all[0] ?? {}))
    for (const [index, costs] of all.entries()) {
      const ours = costs[name] ?? []
      const before = all[index - 1]?.[name]
      const bend = before && significant(median(ours) / median(before))
      report.tell({
        measure: `${name} at ${sizes[index]} ${what}`,
        unit: 'ms',
        better: 'less',
        ours,
        ...(before
          ? {
              yardstick: before,
              beside: `at ${sizes[index - 1]}`,
              reach: `at most ${BEND} times`,
              keeps: (mine: number, theirs: number) => mine <= theirs * BEND,
              ...(quantile(ours, 0.25) > quantile(before, 0.75) * BEND
                ? { note: `BENDS upwards: ${bend} times for 10 times the data` }
                : {}),
            }
          : {}),
      })
    }
}

const HOSTS_OF_BED = 20

async function dataGrowth(report: Report): Promise<void> {
  const all: Costs[] = []
  const sizes = FACTORS.map((factor) => vms.value * factor)
  for (const size of sizes)
    await onBed(
      async (bed) => {
        const load = startLoad()
        try {
          await populate(bed.database, { ...bed.furniture, ...bed.accounts }, size)
          all.push(await costsOf(bed, load, size))
        } finally {
          await load.close()
        }
      },
      { hosts: HOSTS_OF_BED },
    )
  tell(report, all, sizes, 'VMs')
}

async function hostGrowth(report: Report): Promise<void> {
  const all: Costs[] = []
  const sizes = FACTORS.map((factor) => hosts.value * factor)
  for (const size of sizes) all.push(await onBed((bed) => placementOf(bed, size)))
  tell(report, all, sizes, 'hosts')
}

export const bench: Bench = {
  about: 'reads, changes, creates and placement at 1, 10 and 100 times the data',
  parameters: { vms, hosts, roundMs, rounds },
  limitMinutes: 15,
  async run(report) {
    await report.attempt('growth of the data', () => dataGrowth(report))
    await report.attempt('growth of the hosts', () => hostGrowth(report))
  },
}
