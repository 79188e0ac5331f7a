/**
 * Every queue has an end: what comes beyond it is refused at once and told when to come again, so that those who were let in are served
 * in their usual time.
 */
import type { ServerResponse } from 'node:http'
import { attached } from '../attached.ts'
import { type Problem, refusal } from '../problem.ts'
import { createShedding, type Shedding } from './shedding.ts'

/** How much one node takes on. */
export interface Limits {
  /** Requests under way, and those of one user. */
  requests: number
  requestsPerUser: number
  /** Event streams, and those of one user. */
  streams: number
  streamsPerUser: number
  /** Units that wait to be made durable; beyond, nothing that changes something is taken. */
  commits: number
  /** Open tasks of this node; likewise. */
  tasks: number
}

export const DEFAULT_LIMITS: Readonly<Limits> = {
  requests: 5_000,
  requestsPerUser: 1_000,
  streams: 10_000,
  streamsPerUser: 50,
  commits: 20_000,
  tasks: 100_000,
}

/** `always`: never refused, for those who watch the node. `stream`: stays for as long as its client does. */
export type AdmissionClass = 'request' | 'stream' | 'always'

export interface Load {
  requests: number
  streams: number
  commits: number
  tasks: number
}

export interface Admission {
  /** Counts a request until its answer is over, and waits for its turn from now on. Throws `OVERLOADED` (503). */
  arrive(kind: AdmissionClass, method: string, response: ServerResponse): void
  /** Its turn has come: it is known whose it is, and it counts for its user. Throws `TOO_MANY_REQUESTS` or `TOO_MANY_STREAMS` (429). */
  identify(kind: AdmissionClass, user: string, response: ServerResponse): void
  load(): Load
  /** Part of the requests that is refused because those let in wait too long, 0 to 1. */
  refusedShare(): number
}

export const overloaded = (what: string): Problem =>
  refusal({
    status: 503,
    code: 'OVERLOADED',
    detail: `This node has as many ${what} as it can take; nothing was done.`,
    remedy: 'Repeat the request in a moment, a POST with the same Idempotency-Key.',
    retryAfterSeconds: 1,
  })

const tooMany = (what: 'requests' | 'streams', limit: number): Problem =>
  refusal({
    status: 429,
    code: `TOO_MANY_${what.toUpperCase()}`,
    detail: `You have ${limit} ${what === 'streams' ? 'event streams' : what} open at once, which is as many as one user may have.`,
    remedy: what === 'streams' ? 'Close one of them; one stream can carry all kinds.' : 'Wait for some of them to end.',
    retryAfterSeconds: what === 'streams' ? 5 : 1,
  })

/** Counts by user; users without anything open take no room. */
function createCounts() {
  const counts = new Map<string, number>()
  return {
    of: (user: string): number => counts.get(user) ?? 0,
    add(user: string, change: 1 | -1): void {
      const count = (counts.get(user) ?? 0) + change
      if (count > 0) counts.set(user, count)
      else counts.delete(user)
    },
  }
}

const READS = new Set(['GET', 'HEAD', 'OPTIONS'])

/** Requests whose turn has not come, and since when they wait. */
function createTurns(shedding: Shedding) {
  const since = attached<ServerResponse, number>('waits since')
  return {
    wait(response: ServerResponse): void {
      if (shedding.enter()) throw overloaded('requests')
      since.set(response, performance.now())
    },
    come(response: ServerResponse): void {
      const beganAt = since.take(response)
      if (beganAt !== undefined) shedding.leave(performance.now() - beganAt)
    },
    abandon(response: ServerResponse): void {
      if (since.take(response) !== undefined) shedding.abandon()
    },
  }
}

/** @param depths how long the queues behind the requests are */
export function createAdmission(
  limits: Limits,
  depths: () => Pick<Load, 'commits' | 'tasks'>,
  shedding = createShedding(),
): Admission {
  const turns = createTurns(shedding)
  const open = { request: 0, stream: 0 }
  const users = { request: createCounts(), stream: createCounts() }
  const most = {
    request: { all: limits.requests, each: limits.requestsPerUser, name: 'requests' },
    stream: { all: limits.streams, each: limits.streamsPerUser, name: 'streams' },
  } as const

  function checkQueues(method: string): void {
    if (READS.has(method)) return
    const { commits, tasks } = depths()
    if (commits >= limits.commits) throw overloaded('changes waiting for the database')
    if (tasks >= limits.tasks) throw overloaded('open tasks')
  }

  return {
    arrive(kind, method, response) {
      if (kind === 'always') return
      if (open[kind] >= most[kind].all) throw overloaded(kind === 'stream' ? 'event streams' : 'requests')
      checkQueues(method)
      if (kind === 'request') turns.wait(response)
      open[kind]++
      response.once('close', () => {
        open[kind]--
        turns.abandon(response)
      })
    },
    identify(kind, user, response) {
      turns.come(response)
      if (kind === 'always' || user === '') return
      if (users[kind].of(user) >= most[kind].each) throw tooMany(most[kind].name, most[kind].each)
      users[kind].add(user, 1)
      response.once('close', () => users[kind].add(user, -1))
    },
    load: () => ({ requests: open.request, streams: open.stream, ...depths() }),
    refusedShare: shedding.share,
  }
}
