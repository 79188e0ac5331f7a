/**
 * How cost grows with the data: once, ten times, a hundred times as much. Cost is told in yardsticks, pieces of work that do not grow: a
 * bare request for reads, a group-committed insert for changes, a scan of objects for placement. What bends upwards is told.
 */
import { type Bed, onBed } from '../bed/bed.ts'
import { createPopulation } from '../bed/population.ts'
import { createsOf } from '../bed/vms.ts'
import type { Bench, Report } from '../harness/bench.ts'
import { parameter, rounds } from '../harness/parameters.ts'
import { median, quantile, significant } from '../harness/statistics.ts'
import { closedLoop } from '../load/callers.ts'
import { startEcho } from '../load/echo.ts'
import { flawless, type Load, startLoad, type Target } from '../load/load.ts'
import { targetsOf } from './api.ts'
import { addPlaces, placingOn, scanning } from './placement.ts'

const vms = parameter('BENCH_GROWTH_ROWS', 1_000, 'VMs at once; then ten and a hundred times as many')
const hosts = parameter('BENCH_GROWTH_HOSTS', 100, 'hosts to choose from at once; then ten and a hundred times as many')
const roundMs = parameter('BENCH_ROUND_MS', 1_500, 'how long each round takes')

const FACTORS = [1, 10, 100] as const
const CALLERS = 16
const CREATES = 100
const HOSTS_OF_BED = 20
/** The yardstick of placement is a scan of so many objects. */
const SCANNED = 1_000
/** Ten times the data may cost so much more before the line counts as bent: deeper indexes, colder caches. */
const BEND = 1.5

/** How many times as long as its yardstick a piece of work took, of all rounds, by measure. */
type Costs = Record<string, number[]>

interface Work {
  ours: Target
  /** Something that does not grow, so that a machine that slows down is not taken for growth. */
  yardstick: Target
  /** Pieces of our work; as many as there is time for unless told. */
  count?: number
}

function worksOf(bed: Bed, size: number, echoUrl: string): Record<string, Work> {
  const { one, list, post } = targetsOf(bed, size)
  const echo: Target = { kind: 'http', url: echoUrl, asked: [{ method: 'GET', path: '/' }] }
  const inserts: Target = { kind: 'inserts', url: bed.server.url, flushes: 1, rows: 3 }
  return {
    'GET one resource': { ours: one, yardstick: echo },
    'list 20 by state and host': { ours: list, yardstick: echo },
    'durable POST': { ours: post, yardstick: inserts },
    'create VM': { ours: createsOf(bed, true), yardstick: inserts, count: CREATES },
  }
}

async function costOf(load: Load, { ours, yardstick, count }: Work): Promise<number[]> {
  const pace = { callers: CALLERS, durationMs: roundMs.value }
  const costs: number[] = []
  // The first does not count.
  for (let round = 0; round <= rounds.value; round++) {
    const mine = await flawless(load, ours, { ...pace, count })
    const theirs = await flawless(load, yardstick, pace)
    if (round > 0) costs.push(theirs.perSecond / mine.perSecond)
  }
  return costs
}

async function costsOf(bed: Bed, load: Load, size: number, echoUrl: string): Promise<Costs> {
  const costs: Costs = {}
  for (const [name, work] of Object.entries(worksOf(bed, size, echoUrl))) costs[name] = await costOf(load, work)
  return costs
}

async function placementCosts(bed: Bed): Promise<Costs> {
  const { place, close } = placingOn(bed)
  const scan = scanning(SCANNED)
  const costs: number[] = []
  try {
    for (let round = 0; round <= rounds.value; round++) {
      const mine = await closedLoop(CALLERS, roundMs.value, place)
      const theirs = await closedLoop(1, roundMs.value / 4, scan)
      if (round > 0) costs.push(theirs.perSecond / mine.perSecond)
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
        unit: 'yardsticks',
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

async function growData(bed: Bed, load: Load, echoUrl: string, report: Report): Promise<void> {
  const sizes = FACTORS.map((factor) => vms.value * factor)
  const population = await createPopulation(bed.database, { ...bed.furniture, ...bed.accounts }, Math.max(...sizes))
  const tell = teller(report, 'VMs')
  for (const size of sizes) {
    await population.growTo(size)
    tell(size, await costsOf(bed, load, size, echoUrl))
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
        const [load, echo] = [startLoad(), startEcho()]
        try {
          await report.attempt('growth of the data', async () =>
            growData(bed, load, (await echo.ask('http')).url, report),
          )
          // The last: VMs that are created would be placed on hosts that are rows and no more.
          await report.attempt('growth of the hosts', () => growHosts(bed, report))
        } finally {
          await Promise.all([load.close(), echo.close()])
        }
      },
      { hosts: HOSTS_OF_BED },
    ),
}
