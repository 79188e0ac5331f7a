/**
 * Load for `benches/logins.ts`, in a process of its own so that it shares no event loop with what it measures. Answers each message with one:
 * `calls` are requests with a session, at a steady rate, each timed; `logins` are refused logins from many addresses of this machine.
 */
import { Agent, request } from 'node:https'
import { setTimeout as sleep } from 'node:timers/promises'
import { serveParent } from './child.ts'

interface Target {
  url: string
  ca: string
  perSecond: number
  durationMs: number
}

export type LoginLoad =
  | ({ kind: 'calls'; path: string; token: string } & Target)
  | ({ kind: 'logins'; addresses: number; usernames: readonly string[] } & Target)

export interface LoginOutcome {
  /** How many were answered with which status. */
  statuses: Record<number, number>
  latenciesMs: number[]
  /** Not sent, because too many were waiting for an answer. */
  skipped: number
}

const TICK_MS = 5
const MAX_WAITING = 400

interface Sent {
  path: string
  method: string
  agent: Agent
  headers: Record<string, string>
  body?: string
  localAddress?: string
}

function send({ url, ca }: Target, { path, body, ...options }: Sent): Promise<number> {
  return new Promise((resolve, reject) => {
    const outgoing = request(new URL(path, url), { ca, ...options }, (response) => {
      response.resume().on('end', () => resolve(response.statusCode ?? 0))
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

/** Sends at a steady rate, whether or not answers come. */
async function steadily(target: Target, next: (index: number) => Sent): Promise<LoginOutcome> {
  const outcome: LoginOutcome = { statuses: {}, latenciesMs: [], skipped: 0 }
  const waiting = new Set<Promise<void>>()
  const startedAt = performance.now()
  let sent = 0

  async function one(index: number): Promise<void> {
    const at = performance.now()
    const status = await send(target, next(index))
    outcome.latenciesMs.push(performance.now() - at)
    outcome.statuses[status] = (outcome.statuses[status] ?? 0) + 1
  }

  while (performance.now() - startedAt < target.durationMs) {
    const due = Math.floor(((performance.now() - startedAt) / 1000) * target.perSecond)
    for (; sent < due; sent++) {
      if (waiting.size >= MAX_WAITING) {
        outcome.skipped++
        continue
      }
      const work: Promise<void> = one(sent).finally(() => waiting.delete(work))
      waiting.add(work)
    }
    await sleep(TICK_MS)
  }
  await Promise.all(waiting)
  return outcome
}

const agents = new Map<string, Agent>()

function agentOf(name: string): Agent {
  const agent = agents.get(name) ?? new Agent({ keepAlive: true, maxSockets: 8 })
  agents.set(name, agent)
  return agent
}

function run(load: LoginLoad): Promise<LoginOutcome> {
  if (load.kind === 'calls') {
    const headers = { authorization: `Bearer ${load.token}` }
    return steadily(load, () => ({ path: load.path, method: 'GET', agent: agentOf('calls'), headers }))
  }
  const headers = { 'content-type': 'application/json' }
  return steadily(load, (index) => {
    const localAddress = `127.0.1.${1 + (index % load.addresses)}`
    const username = load.usernames[Math.floor(Math.random() * load.usernames.length)]
    const body = JSON.stringify({ username, password: `guess ${index}` })
    return { path: '/v1/sessions', method: 'POST', agent: agentOf(localAddress), headers, body, localAddress }
  })
}

serveParent(run)
