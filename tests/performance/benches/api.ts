/** The API from a process that does nothing but ask: one resource, a list of 20 by a filter, a change that is durable. */
import { type Bed, onBed } from '../bed/bed.ts'
import { hostsFor, populate } from '../bed/population.ts'
import { idOf } from '../bed/rows.ts'
import type { Bench, Report } from '../harness/bench.ts'
import { parameter, rounds } from '../harness/parameters.ts'
import { quantile } from '../harness/statistics.ts'
import type { Outcome } from '../load/callers.ts'
import { type Echo, type Scheme, startEcho } from '../load/echo.ts'
import { flawless, type HttpLoad, type Load, startLoad, type Target } from '../load/load.ts'

const vms = parameter('BENCH_ROWS', 100_000, 'VMs that are in the database')
const callers = parameter('BENCH_CALLERS', 64, 'callers that ask again as soon as they are answered')
const roundMs = parameter('BENCH_ROUND_MS', 2_000, 'how long each round takes')

/** Connections that the control plane has, too. */
const SQL_CONNECTIONS = 10

interface Side {
  ours: Outcome[]
  yardstick: Outcome[]
}

async function inTurns(load: Load, ours: Target, yardstick: Target): Promise<Side> {
  const pace = { callers: callers.value, durationMs: roundMs.value }
  // Connections are opened, statements prepared, code compiled.
  for (const target of [ours, yardstick]) await flawless(load, target, pace)
  const side: Side = { ours: [], yardstick: [] }
  for (let round = 0; round < rounds.value; round++) {
    side.ours.push(await flawless(load, ours, pace))
    side.yardstick.push(await flawless(load, yardstick, pace))
  }
  return side
}

const rates = (outcomes: readonly Outcome[]): number[] => outcomes.map(({ perSecond }) => perSecond)
const p99s = (outcomes: readonly Outcome[]): number[] => outcomes.map((each) => quantile([...each.latenciesMs], 0.99))

export interface Targets {
  one: HttpLoad
  list: HttpLoad
  listSql: Target
  post: HttpLoad
}

/** Ours, and the same in SQL. */
export function targetsOf(bed: Bed, size: number): Targets {
  const { node, caPem: ca, tokens } = bed
  const http = { kind: 'http', url: node.apiUrl, ca } as const
  const headers = { authorization: `Bearer ${tokens.operator}` }
  const hosts = Array.from({ length: Math.min(50, hostsFor(size)) }, (_, index) => idOf('b', index + 1))
  const listed = hosts.map((host) => {
    const query = new URLSearchParams({ q: `state = running and host = ${host}`, limit: '20' })
    return { method: 'GET', path: `/v1/vms?${query}`, headers }
  })
  const ones = Array.from({ length: 50 }, (_, index) => {
    const id = idOf('e', 1 + ((index * 7919) % size))
    return { method: 'GET', path: `/v1/vms/${id}`, headers }
  })
  const body = '{"name":"o{n}","vcpus":1,"memoryBytes":1073741824}'
  return {
    one: { ...http, asked: ones },
    list: { ...http, asked: listed },
    listSql: {
      kind: 'sql',
      url: bed.server.url,
      connections: SQL_CONNECTIONS,
      text: `select * from vm where state = 'running' and host = $1 order by created_at desc, id desc limit 21`,
      values: hosts.map((host) => [host]),
    },
    post: { ...http, asked: [{ method: 'POST', path: '/v1/offerings', headers, body }] },
  }
}

interface Case {
  measure: string
  ours: Target
  yardstick: Target
  beside: string
  reach?: string
  keeps?(ours: number, yardstick: number): boolean
  note?: string
  /** The 99th percentile is told, too. */
  p99?: { reach: string; keeps(ours: number): boolean }
}

const bare = async (echo: Echo, scheme: Scheme): Promise<HttpLoad> => ({
  kind: 'http',
  ...(await echo.ask(scheme)),
  asked: [{ method: 'GET', path: '/' }],
})

async function casesOf(bed: Bed, echo: Echo): Promise<Case[]> {
  const { one, list, listSql, post } = targetsOf(bed, vms.value)
  const [plain, tls] = [await bare(echo, 'http'), await bare(echo, 'https')]
  return [
    {
      measure: 'GET one resource',
      ours: one,
      yardstick: plain,
      beside: 'bare node:http echo, without TLS',
      reach: '60 % of the yardstick',
      keeps: (mine, theirs) => mine >= theirs * 0.6,
    },
    {
      measure: 'a bare node:https echo, asked as GET is',
      ours: tls,
      yardstick: plain,
      beside: 'bare node:http echo, without TLS',
      note: 'what TLS alone leaves on this machine: nothing of ours is in it',
    },
    {
      measure: 'list 20 by state and host',
      ours: list,
      yardstick: listSql,
      beside: 'the same SQL through pg alone',
      reach: '70 % of the yardstick',
      keeps: (mine, theirs) => mine >= theirs * 0.7,
      p99: { reach: 'below 20 ms at 64 callers', keeps: (mine) => mine < 20 },
    },
    {
      measure: 'durable POST',
      ours: post,
      // The resource, its event and its entry of the audit.
      yardstick: { kind: 'inserts', url: bed.server.url, flushes: 1, rows: 3 },
      beside: 'as many rows through pg alone, group-committed',
      reach: '60 % of the yardstick and 10,000 requests/s',
      keeps: (mine, theirs) => mine >= theirs * 0.6 && mine >= 10_000,
    },
  ]
}

async function measure(load: Load, each: Case, report: Report): Promise<void> {
  const { measure: name, beside, reach, keeps, note, p99 } = each
  const { ours, yardstick } = await inTurns(load, each.ours, each.yardstick)
  report.tell({
    measure: name,
    unit: 'requests/s',
    better: 'more',
    ours: rates(ours),
    yardstick: rates(yardstick),
    beside,
    reach,
    keeps,
    note,
  })
  if (p99)
    report.tell({
      measure: `${name}, p99`,
      unit: 'ms',
      better: 'less',
      ours: p99s(ours),
      yardstick: p99s(yardstick),
      beside,
      ...p99,
    })
}

export const bench: Bench = {
  about: 'one resource, a list of 20 and a durable POST through the API, asked from a process of its own',
  parameters: { vms, callers, roundMs, rounds },
  limitMinutes: 8,
  run: (report) =>
    onBed(async (bed) => {
      const [load, echo] = [startLoad(), startEcho()]
      try {
        await populate(bed.database, { ...bed.furniture, ...bed.accounts }, vms.value)
        for (const each of await casesOf(bed, echo))
          await report.attempt(each.measure, () => measure(load, each, report))
      } finally {
        await Promise.all([load.close(), echo.close()])
      }
    }),
}
