/** Twice as much as a node can serve: those that it takes on are served in time, the others are told at once, and afterwards all is as before. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Bed, onBed } from '../bed/bed.ts'
import { populate } from '../bed/population.ts'
import type { Bench, Report } from '../harness/bench.ts'
import { parameter, rounds } from '../harness/parameters.ts'
import { quantile, significant } from '../harness/statistics.ts'
import type { Outcome } from '../load/callers.ts'
import { flawless, type HttpLoad, type Load, startLoad } from '../load/load.ts'
import { targetsOf } from './api.ts'

const vms = parameter('BENCH_OVERLOAD_ROWS', 10_000, 'VMs that are in the database')
const roundMs = parameter('BENCH_ROUND_MS', 5_000, 'how long each round takes')

const CAPACITY_CALLERS = 64
/** More than a node takes on at once, so that its limits are met. */
const MOST_CALLERS = 2_000
const PROBE_EVERY_MS = 50
const RECOVERED_WITHIN_MS = 60_000

interface Round {
  alone: number
  accepted: number
  refusedShare: number
  brokenShare: number
  recoveryMs: number
}

const p99 = ({ latenciesMs }: Outcome): number => quantile([...latenciesMs], 0.99)

function shareOf({ statuses }: Outcome, wanted: readonly number[]): number {
  const all = Object.values(statuses).reduce((sum, count) => sum + count, 0)
  return wanted.reduce((sum, status) => sum + (statuses[status] ?? 0), 0) / all
}

/** Until one caller alone is again answered in its usual time, ten times in a row. */
async function recovery(load: Load, target: HttpLoad, usualMs: number): Promise<number> {
  const began = performance.now()
  for (let good = 0; good < 10; ) {
    const { latenciesMs, statuses } = await load.ask({ target, pace: { callers: 1, count: 1 } })
    good = (statuses[200] ?? 0) === 1 && (latenciesMs[0] ?? usualMs) <= usualMs ? good + 1 : 0
    if (performance.now() - began > RECOVERED_WITHIN_MS) throw new Error('the node does not recover')
    if (good === 0) await sleep(PROBE_EVERY_MS)
  }
  return performance.now() - began
}

async function round(load: Load, target: HttpLoad): Promise<Round> {
  const half = { callers: CAPACITY_CALLERS, durationMs: roundMs.value }
  const capacity = await flawless(load, target, half)
  const alone = await flawless(load, target, { ...half, callers: 1, durationMs: 1_000 })
  const over = { callers: MOST_CALLERS, durationMs: roundMs.value, perSecond: capacity.perSecond * 2 }
  const outcome = await load.ask({ target, pace: over })
  return {
    alone: p99(capacity),
    accepted: p99(outcome),
    refusedShare: shareOf(outcome, [429, 503]),
    brokenShare: shareOf(outcome, [0, 500, 502, 504]),
    recoveryMs: await recovery(load, target, Math.max(20, p99(alone) * 2)),
  }
}

async function measure(bed: Bed, load: Load, report: Report): Promise<void> {
  const { one } = targetsOf(bed, vms.value)
  const taken: Round[] = []
  for (let each = 0; each < rounds.value; each++) taken.push(await round(load, one))
  const of = (pick: (round: Round) => number): number[] => taken.map(pick)
  report.tell({
    measure: 'GET at twice the capacity, p99 of what is served',
    unit: 'ms',
    better: 'less',
    ours: of(({ accepted }) => accepted),
    yardstick: of(({ alone }) => alone),
    beside: `at capacity, ${CAPACITY_CALLERS} callers`,
    reach: 'at most 1,000 ms',
    keeps: (mine) => mine <= 1_000,
  })
  const share = { unit: 'share', better: 'less' } as const
  const broken = of(({ brokenShare }) => brokenShare)
  report.tell({
    measure: 'GET at twice the capacity, refused with 429 or 503',
    ...share,
    ours: of(({ refusedShare }) => refusedShare),
    note: `${MOST_CALLERS} requests at once at most`,
  })
  report.tell({
    measure: 'GET at twice the capacity, answered with another error or not at all',
    ...share,
    ours: broken,
    reach: 'none',
    keeps: (mine) => mine === 0,
    note: `at most ${significant(Math.max(...broken))} in a round`,
  })
  report.tell({
    measure: 'recovery from twice the capacity',
    unit: 's',
    better: 'less',
    ours: of(({ recoveryMs }) => recoveryMs / 1000),
    reach: 'below 5 s',
    keeps: (mine) => mine < 5,
  })
}

export const bench: Bench = {
  about: 'twice as many requests as the node can serve, and what becomes of them',
  parameters: { vms, roundMs, rounds },
  limitMinutes: 8,
  run: (report) =>
    onBed(async (bed) => {
      const load = startLoad()
      try {
        await populate(bed.database, { ...bed.furniture, ...bed.accounts }, vms.value)
        await measure(bed, load, report)
      } finally {
        await load.close()
      }
    }),
}
