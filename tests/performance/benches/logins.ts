/** What a thousand refused logins a second cost everybody else, and that each of them is in the audit. */
import { join } from 'node:path'
import { type Bed, onBed } from '../bed/bed.ts'
import type { Bench, Report } from '../harness/bench.ts'
import { parameter } from '../harness/parameters.ts'
import { quantile } from '../harness/statistics.ts'
import { type Child, startChild } from '../load/child.ts'
import { type EchoAddress, startEcho } from '../load/echo.ts'
import type { LoginLoad, LoginOutcome } from '../load/login-load.ts'

const rounds = parameter('BENCH_ROUNDS', 7, 'rounds of both, in turns')
const roundMs = parameter('BENCH_ROUND_MS', 4_000, 'how long each round takes')

const CALLS_PER_SECOND = 150
const LOGINS_PER_SECOND = 1_000
const ADDRESSES = 100
const WARM_UPS = 6
/** Some exist, most do not. */
const USERNAMES = ['ada', 'bob', ...Array.from({ length: 500 }, (_, index) => `nobody${index}`)]

type Load = Child<LoginLoad, LoginOutcome>

const startLoad = (options: { detached?: boolean } = {}): Load =>
  startChild(join(import.meta.dirname, '../load/login-load.ts'), options)

const total = ({ statuses }: LoginOutcome): number => Object.values(statuses).reduce((sum, count) => sum + count, 0)

const p99 = ({ latenciesMs }: LoginOutcome): number => quantile(latenciesMs, 0.99)

async function refusedInAudit({ database }: Bed): Promise<number> {
  const [row] = await database.query<{ count: number }>(
    `select count(*) as count from audit where action = 'session.create' and outcome = 'refused'`,
  )
  return row?.count ?? 0
}

interface Told {
  alone: number[]
  beside: number[]
  /** Beside as many requests to a bare server: what the machine alone has to do with it. */
  besideBare: number[]
  answered: number
  written: number
  statuses: Record<string, number>
}

async function inTurns(bed: Bed, callers: Load, guessers: Load, bare: EchoAddress): Promise<Told> {
  const { node, caPem: ca, tokens, furniture } = bed
  const target = { url: node.apiUrl, ca, durationMs: roundMs.value }
  const path = `/v1/zones/${furniture.zone}`
  const calls: LoginLoad = { kind: 'calls', path, token: tokens.operator, perSecond: CALLS_PER_SECOND, ...target }
  const logins: LoginLoad = {
    kind: 'logins',
    addresses: ADDRESSES,
    usernames: USERNAMES,
    perSecond: LOGINS_PER_SECOND,
    ...target,
  }
  const toBare: LoginLoad = { ...logins, ...bare }
  // Connections are opened, code is compiled, and the first of each address's attempts are used up.
  // Several times, since three passwords of each address are checked before it is known to guess: what is measured is a flood that goes on.
  for (let time = 0; time < WARM_UPS; time++) await Promise.all([callers.ask(calls), guessers.ask(logins)])
  await guessers.ask(toBare)
  const told: Told = { alone: [], beside: [], besideBare: [], answered: 0, written: 0, statuses: {} }
  const before = await refusedInAudit(bed)
  for (let round = 0; round < rounds.value; round++) {
    told.alone.push(p99(await callers.ask(calls)))
    const [called, guessed] = await Promise.all([callers.ask(calls), guessers.ask(logins)])
    told.beside.push(p99(called))
    const [calledBesideBare] = await Promise.all([callers.ask(calls), guessers.ask(toBare)])
    told.besideBare.push(p99(calledBesideBare))
    told.answered += total(guessed)
    for (const [status, count] of Object.entries(guessed.statuses))
      told.statuses[status] = (told.statuses[status] ?? 0) + count
  }
  told.written = (await refusedInAudit(bed)) - before
  return told
}

function tell(report: Report, { alone, beside, besideBare, answered, written, statuses }: Told): void {
  report.tell({
    measure: 'p99 of other callers beside 1,000 refused logins a second',
    unit: 'ms',
    better: 'less',
    ours: beside,
    yardstick: alone,
    beside: 'the same callers alone',
    reach: 'at most 1.2 times',
    keeps: (mine, theirs) => mine <= theirs * 1.2,
    note: `logins were answered ${JSON.stringify(statuses)}`,
  })
  report.tell({
    measure: 'p99 of the same callers beside 1,000 requests a second to a bare TLS server',
    unit: 'ms',
    better: 'less',
    ours: besideBare,
    yardstick: alone,
    beside: 'the same callers alone',
    note: 'what generator and TLS alone cost on this machine: nothing of ours is in it',
  })
  report.tell({
    measure: 'refused logins',
    unit: 'a second',
    better: 'more',
    ours: [answered / ((rounds.value * roundMs.value) / 1000)],
    yardstick: [LOGINS_PER_SECOND],
    beside: 'what was asked for',
    reach: 'as many as were asked for, 2 % fewer at most',
    keeps: (mine, theirs) => mine >= theirs * 0.98,
  })
  report.tell({
    measure: 'refused logins in the audit',
    unit: 'rows',
    better: 'more',
    ours: [written],
    yardstick: [answered],
    beside: 'what was answered',
    reach: 'every one',
    keeps: () => written === answered,
  })
}

export const bench: Bench = {
  about: 'what a thousand refused logins a second cost everybody else',
  parameters: { rounds, roundMs },
  limitMinutes: 5,
  run: (report) =>
    onBed(async (bed) => {
      const [callers, guessers, echo] = [startLoad(), startLoad({ detached: true }), startEcho()]
      try {
        tell(report, await inTurns(bed, callers, guessers, await echo.ask('https')))
      } finally {
        await Promise.all([callers.close(), guessers.close(), echo.close()])
      }
    }),
}
