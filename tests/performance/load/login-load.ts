/**
 * Load for `benches/logins.ts`, in a process of its own so that it shares no event loop with what it measures. Answers each message with one:
 * `calls` are requests with a session, at a steady rate, each timed; `logins` are refused logins from many addresses of this machine.
 */
import { writeFileSync } from 'node:fs'
import { setPriority } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import { serveParent } from './child.ts'
import { type Asked, type Connection, openConnection } from './http-connection.ts'

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
const GUESSERS_NICE = 19
const MAX_WAITING = 400

interface Sent extends Asked {
  localAddress?: string
}

/** Connections that wait for nothing, by where they lead and come from. */
const idle = new Map<string, Connection[]>()

async function send({ url, ca }: Target, { localAddress, ...asked }: Sent): Promise<number> {
  const key = `${url} ${localAddress ?? ''}`
  const free = idle.get(key) ?? []
  idle.set(key, free)
  const connection = free.pop() ?? (await openConnection(url, { ca, localAddress }))
  try {
    return await connection.ask(asked)
  } finally {
    free.push(connection)
  }
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

/** Whoever guesses does so on a machine of his own: here he takes what others leave of the processors, as one and as a session. */
function giveWay(): void {
  setPriority(GUESSERS_NICE)
  try {
    writeFileSync('/proc/self/autogroup', String(GUESSERS_NICE))
  } catch {
    // The kernel does not group processes by sessions: the priority is what there is.
  }
}

function run(load: LoginLoad): Promise<LoginOutcome> {
  if (load.kind === 'calls') {
    const headers = { authorization: `Bearer ${load.token}` }
    return steadily(load, () => ({ path: load.path, method: 'GET', headers }))
  }
  giveWay()
  return steadily(load, (index) => {
    const localAddress = `127.0.1.${1 + (index % load.addresses)}`
    const username = load.usernames[Math.floor(Math.random() * load.usernames.length)]
    const body = JSON.stringify({ username, password: `guess ${index}` })
    return { path: '/v1/sessions', method: 'POST', body, localAddress }
  })
}

serveParent(run)
