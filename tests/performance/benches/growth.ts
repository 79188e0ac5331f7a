/** How cost grows with the data: once, ten times, a hundred times as much. What bends upwards is told. */
import { type Bed, onBed } from '../bed/bed.ts'
import { createPopulation } from '../bed/population.ts'
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
const HOSTS_OF_BED = 20
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

async function placementCosts(bed: Bed): Promise<Costs> {
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

/** Tells each size as soon as it was measured, beside the size before. */
function teller(report: Report, what: string): (size: number, costs: Costs) => void {
  let before: { size: number; costs: Costs } | undefined
  return (size, costs) => {
    for (const [name, ours] of Object.entries(costs)) {
      const former = before?.costs[name]
      report.tell({
        measure: `${name} at ${size} ${what}`,
        unit: 'ms',
        better: 'less',
        ours,
        ...(former
          ? {
              yardstick: former,
              beside: `at ${before?.size}`,
              reach: `at most ${BEND} times`,
              keeps: (mine: number, theirs: number) => mine <= theirs * BEND,
              note: bendOf(ours, former),
            }
          : {}),
      })
    }
    before = { size, costs }
  }
}

/** In words, where it lies outside the spread. */
const bendOf = (ours: readonly number[], former: readonly number[]): string | undefined =>
  quantile(ours, 0.25) > quantile(former, 0.75) * BEND
    ? `BENDS upwards: ${significant(median(ours) / median(former))} times for 10 times the data`
    : undefined

async function growData(bed: Bed, load: Load, report: Report): Promise<void> {
  const sizes = FACTORS.map((factor) => vms.value * factor)
  const population = await createPopulation(bed.database, { ...bed.furniture, ...bed.accounts }, Math.max(...sizes))
  const tell = teller(report, 'VMs')
  for (const size of sizes) {
    await population.growTo(size)
    tell(size, await costsOf(bed, load, size))
  }
}

async function growHosts(bed: Bed, report: Report): Promise<void> {
  const tell = teller(report, 'hosts')
  let present = 0
  for (const factor of FACTORS) {
    const size = hosts.value * factor
    await addPlaces(bed, [present + 1, size])
    present = size
    tell(size, await placementCosts(bed))
  }
}

export const bench: Bench = {
  about: 'reads, changes, creates and placement at 1, 10 and 100 times the data',
  parameters: { vms, hosts, roundMs, rounds },
  limitMinutes: 15,
  run: (report) =>
    onBed(
      async (bed) => {
        const load = startLoad()
        try {
          await report.attempt('growth of the data', () => growData(bed, load, report))
          // The last: VMs that are created would be placed on hosts that are rows and no more.
          await report.attempt('growth of the hosts', () => growHosts(bed, report))
        } finally {
          await load.close()
        }
      },
      { hosts: HOSTS_OF_BED },
    ),
}
