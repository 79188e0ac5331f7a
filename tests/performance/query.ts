/**
 * Lists and queries over a million VMs, through the API, one after the other; beside each the same question in SQL through `pg` alone,
 * written by hand.
 */
import { Agent, request } from 'node:https'
import { openDatabase } from '@basalt/kernel'
import { type CloudEnvironment, cloud, scratchDatabase } from '@basalt/testkit'
import type { Measure } from './bench.ts'
import { makeMillion } from './million.ts'
import { type Case, cases } from './query-cases.ts'
import { rounded } from './statistics.ts'

const ROUNDS = 200
/** Caches fill. */
const WARM_UP = 20
const REACH_MS = 50
/** A million rows with their indexes, on a machine that is busy. */
const FILLING_MS = 1_800_000

function asker(env: CloudEnvironment, tokens: Record<Case['who'], string>) {
  const { apiUrl, caPem: ca } = env.controlPlane()
  const agent = new Agent({ keepAlive: true, maxSockets: 1 })
  return (who: Case['who'], parameters: Record<string, string>): Promise<{ next?: string }> =>
    new Promise((resolve, reject) => {
      const headers = { authorization: `Bearer ${tokens[who]}` }
      const outgoing = request(
        `${apiUrl}/v1/vms?${new URLSearchParams(parameters)}`,
        { agent, ca, headers },
        (response) => {
          let text = ''
          response.on('data', (chunk) => {
            text += chunk
          })
          response.on('end', () =>
            response.statusCode === 200
              ? resolve(JSON.parse(text))
              : reject(new Error(`${JSON.stringify(parameters)}: ${text}`)),
          )
        },
      )
      outgoing.on('error', reject)
      outgoing.end()
    })
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now()
  await work()
  return performance.now() - startedAt
}

const percentile = (times: readonly number[], share: number): number =>
  [...times].sort((a, b) => a - b)[Math.min(times.length - 1, Math.floor(times.length * share))] ?? Number.NaN

function measuresOf(name: string, ours: readonly number[], theirs: readonly number[]): Measure[] {
  return [0.5, 0.99].map((share) => {
    const mine = percentile(ours, share)
    return {
      measure: `${name}, p${share * 100}`,
      unit: 'ms',
      ours: rounded(mine, 1),
      yardstick: rounded(percentile(theirs, share), 1),
      beside: 'the same in SQL through pg alone',
      reach: `below ${REACH_MS} ms`,
      reached: mine < REACH_MS,
    }
  })
}

async function measures(env: CloudEnvironment): Promise<Measure[]> {
  const { database } = env.controlPlane().store
  const logins = { operator: 'admin', ada: 'ada', bob: 'bob' }
  const tokens = { operator: '', ada: '', bob: '' }
  for (const who of ['operator', 'ada', 'bob'] as const)
    tokens[who] = (
      await env.call(null, 'POST', '/v1/sessions', { username: logins[who], password: env.passwords[who] })
    ).body.token as string
  const accounts = await Promise.all(
    (['ada', 'bob'] as const).map(async (who) => (await env.items(who, '/v1/accounts'))[0]?.id as string),
  )
  const ask = asker(env, tokens)
  const all: Measure[] = []
  for (const each of cases(accounts[0] as string, accounts[1] as string)) {
    const ours: number[] = []
    const theirs: number[] = []
    for (let round = 0; round < ROUNDS + WARM_UP; round++) {
      const mine = await timed(() => ask(each.who, each.ask(round)))
      const other = await timed(() => database.query(each.sql, each.values(round)))
      if (round < WARM_UP) continue
      ours.push(mine)
      theirs.push(other)
    }
    all.push(...measuresOf(each.name, ours, theirs))
  }
  return [...all, ...(await paging(ask))]
}

/** Page after page by cursor: the last ones are as fast as the first. */
async function paging(ask: ReturnType<typeof asker>): Promise<Measure[]> {
  const times: number[] = []
  let cursor: string | undefined
  for (let page = 0; page < ROUNDS; page++)
    times.push(
      await timed(async () => {
        cursor = (await ask('ada', { sort: '-createdAt', limit: '100', ...(cursor ? { cursor } : {}) })).next
      }),
    )
  const first = times.slice(0, 20)
  return measuresOf('200 pages by cursor, tenant with 100,000', times, first).map((measure) => ({
    ...measure,
    beside: 'its first 20 pages',
  }))
}

export async function bench(): Promise<Measure[]> {
  const scratch = await scratchDatabase()
  const env = await cloud({ hosts: 1, databaseUrl: scratch.url })
  const patient = openDatabase(scratch.url, { maxConnections: 1, statementTimeoutMs: FILLING_MS })
  try {
    await makeMillion(env, patient)
    return await measures(env)
  } finally {
    await patient.close()
    await env.close()
    await scratch.drop()
  }
}
