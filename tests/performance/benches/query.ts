/**
 * Lists and queries over a million VMs, through the API, one after the other; beside each the same question in SQL through `pg` alone,
 * written by hand.
 */
import { Agent, request } from 'node:https'
import { type Bed, onBed, type Who } from '../bed/bed.ts'
import { populate } from '../bed/population.ts'
import type { Bench, Report } from '../harness/bench.ts'
import { parameter } from '../harness/parameters.ts'
import { quantile } from '../harness/statistics.ts'
import { cases } from './query-cases.ts'

const vms = parameter('BENCH_QUERY_ROWS', 1_000_000, 'VMs that are in the database')
const questions = parameter('BENCH_QUESTIONS', 200, 'questions of each case, each followed by the same in SQL')

/** Caches fill. */
const WARM_UP = 20
const REACH_MS = 50
const FIRST_PAGES = 20
const BATCHES = 5

type Ask = (who: Who, parameters: Record<string, string>) => Promise<{ next?: string }>

function asker({ node, caPem: ca, tokens }: Bed): Ask {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  return (who, parameters) =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${tokens[who]}` }
      const url = `${node.apiUrl}/v1/vms?${new URLSearchParams(parameters)}`
      const outgoing = request(url, { agent, ca, headers }, (response) => {
        let text = ''
        response.on('data', (chunk) => {
          text += chunk
        })
        response.on('end', () =>
          response.statusCode === 200
            ? resolve(JSON.parse(text))
            : reject(new Error(`${JSON.stringify(parameters)}: ${text}`)),
        )
      })
      outgoing.on('error', reject)
      outgoing.end()
    })
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

/** Quantiles of the questions in five batches, one after the other, so that their spread is seen. */
function batchQuantiles(times: readonly number[], share: number): number[] {
  const size = Math.ceil(times.length / BATCHES)
  return Array.from({ length: BATCHES }, (_, batch) => quantile(times.slice(batch * size, (batch + 1) * size), share))
}

function tell(report: Report, name: string, [ours, theirs]: readonly [number[], number[]], beside: string): void {
  for (const share of [0.5, 0.99])
    report.tell({
      measure: `${name}, p${share * 100}`,
      unit: 'ms',
      better: 'less',
      ours: batchQuantiles(ours, share),
      yardstick: batchQuantiles(theirs, share),
      beside,
      reach: `below ${REACH_MS} ms`,
      keeps: (mine) => mine < REACH_MS,
    })
}

async function measure(bed: Bed, report: Report): Promise<void> {
  const ask = asker(bed)
  for (const each of cases(bed.accounts, vms.value))
    await report.attempt(each.name, async () => {
      const [ours, theirs]: [number[], number[]] = [[], []]
      for (let round = 0; round < questions.value + WARM_UP; round++) {
        const mine = await timed(() => ask(each.who, each.ask(round)))
        const other = await timed(() => bed.database.query(each.sql, each.values(round)))
        if (round < WARM_UP) continue
        ours.push(mine)
        theirs.push(other)
      }
      tell(report, each.name, [ours, theirs], 'the same in SQL through pg alone')
    })
  await report.attempt('pages by cursor', () => paging(ask, report))
}

/** Page after page by cursor: the last ones are as fast as the first. */
async function paging(ask: Ask, report: Report): Promise<void> {
  const times: number[] = []
  let cursor: string | undefined
  for (let page = 0; page < questions.value; page++)
    times.push(
      await timed(async () => {
        cursor = (await ask('ada', { sort: '-createdAt', limit: '100', ...(cursor ? { cursor } : {}) })).next
      }),
    )
  tell(report, 'pages by cursor, tenant with a tenth', [times, times.slice(0, FIRST_PAGES)], 'its first 20 pages')
}

export const bench: Bench = {
  about: 'lists and queries over a million VMs, one after the other',
  parameters: { vms, questions },
  limitMinutes: 15,
  run: (report) =>
    onBed(async (bed) => {
      await populate(bed.database, { ...bed.furniture, ...bed.accounts }, vms.value)
      await measure(bed, report)
    }),
}
