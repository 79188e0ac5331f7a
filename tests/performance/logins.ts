/** What a thousand refused logins a second cost everybody else, and that each of them is in the audit. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { type CloudEnvironment, cloud } from '@basalt/testkit'
import type { Measure } from './bench.ts'
import type { Load, Outcome } from './login-load.ts'
import { median, rounded } from './statistics.ts'

const ROUNDS = 7
const ROUND_MS = 4_000
const CALLS_PER_SECOND = 150
const LOGINS_PER_SECOND = 1_000
const ADDRESSES = 100
/** Some exist, most do not. */
const USERNAMES = ['ada', 'bob', ...Array.from({ length: 500 }, (_, index) => `nobody${index}`)]

const startLoad = (): ChildProcess =>
  fork(join(import.meta.dirname, 'login-load.ts'), { execArgv: ['--import', 'tsx'] })

async function run(child: ChildProcess, load: Load): Promise<Outcome> {
  const over = new AbortController()
  const died = once(child, 'exit', { signal: over.signal }).then(([code]): never => {
    throw new Error(`the load ended with ${code}`)
  })
  try {
    child.send(load)
    const [outcome] = (await Promise.race([once(child, 'message', { signal: over.signal }), died])) as [Outcome]
    return outcome
  } finally {
    died.catch(() => {})
    over.abort()
  }
}

const total = ({ statuses }: Outcome): number => Object.values(statuses).reduce((sum, count) => sum + count, 0)

function p99(latenciesMs: readonly number[]): number {
  const sorted = [...latenciesMs].sort((a, b) => a - b)
  return sorted[Math.ceil(sorted.length * 0.99) - 1] ?? Number.NaN
}

async function refusedInAudit({ controlPlane }: CloudEnvironment): Promise<number> {
  const [row] = await controlPlane().store.database.query<{ count: number }>(
    `select count(*)::int as count from audit where action = 'session.create' and outcome = 'refused'`,
  )
  return row?.count ?? 0
}

async function measure(env: CloudEnvironment, callers: ChildProcess, guessers: ChildProcess): Promise<Measure[]> {
  const { apiUrl: url, caPem: ca } = env.controlPlane()
  const { body } = await env.call(null, 'POST', '/v1/sessions', { username: 'admin', password: env.passwords.operator })
  const target = { url, ca, durationMs: ROUND_MS }
  const path = `/v1/zones/${env.furniture.zone}`
  const calls: Load = { kind: 'calls', path, token: String(body.token), perSecond: CALLS_PER_SECOND, ...target }
  const logins: Load = {
    kind: 'logins',
    addresses: ADDRESSES,
    usernames: USERNAMES,
    perSecond: LOGINS_PER_SECOND,
    ...target,
  }
  // Connections are opened, code is compiled, and the first of each address's attempts are used up.
  await Promise.all([run(callers, calls), run(guessers, logins)])
  const alone: number[] = []
  const beside: number[] = []
  const statuses: Record<string, number> = {}
  let answered = 0
  const before = await refusedInAudit(env)
  for (let round = 0; round < ROUNDS; round++) {
    alone.push(p99((await run(callers, calls)).latenciesMs))
    const [called, guessed] = await Promise.all([run(callers, calls), run(guessers, logins)])
    beside.push(p99(called.latenciesMs))
    answered += total(guessed)
    for (const [status, count] of Object.entries(guessed.statuses)) statuses[status] = (statuses[status] ?? 0) + count
  }
  const written = (await refusedInAudit(env)) - before
  console.log(
    `     logins were answered ${JSON.stringify(statuses)}; p99 alone ${alone.map((ms) => ms.toFixed(1))}, beside ${beside.map((ms) => ms.toFixed(1))}`,
  )
  const perSecond = answered / ((ROUNDS * ROUND_MS) / 1000)
  return [
    {
      measure: 'p99 of other callers beside 1,000 refused logins a second',
      unit: 'ms',
      ours: rounded(median(beside), 1),
      yardstick: rounded(median(alone), 1),
      beside: 'the same callers alone',
      reach: 'at most 1.2 times',
      reached: median(beside) <= median(alone) * 1.2,
    },
    {
      measure: 'refused logins',
      unit: 'a second',
      ours: rounded(perSecond),
      yardstick: LOGINS_PER_SECOND,
      beside: 'what was asked for',
      reach: 'as many as were asked for, 2 % fewer at most',
      reached: perSecond >= LOGINS_PER_SECOND * 0.98,
    },
    {
      measure: 'refused logins in the audit',
      unit: 'rows',
      ours: written,
      yardstick: answered,
      beside: 'what was answered',
      reach: 'every one',
      reached: written === answered,
    },
  ]
}

export async function bench(): Promise<Measure[]> {
  const env = await cloud({ hosts: 1 })
  const [callers, guessers] = [startLoad(), startLoad()]
  try {
    return await measure(env, callers, guessers)
  } finally {
    for (const child of [callers, guessers]) child.kill()
    await env.close()
  }
}
