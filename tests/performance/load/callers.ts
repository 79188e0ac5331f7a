/** Callers that ask again as soon as they are answered, and callers that ask at a steady pace. */
import { setTimeout as sleep } from 'node:timers/promises'

export interface Outcome {
  /** Answers a second, whatever they said. */
  perSecond: number
  /** How many were answered with which status; 0 where the connection broke. */
  statuses: Record<number, number>
  /** Milliseconds, one for each answer below 400. */
  latenciesMs: Float64Array
  /** Not asked, because all callers still waited: load that was wanted and not made. */
  skipped: number
  seconds: number
}

/** Does one piece of work; answers with a status. */
export type Work = (caller: number) => Promise<number>

function createTally() {
  const statuses: Record<number, number> = {}
  const latencies: number[] = []
  const began = performance.now()
  let answered = 0
  return {
    async time(work: Promise<number>): Promise<void> {
      const at = performance.now()
      const status = await work.catch(() => 0)
      answered++
      statuses[status] = (statuses[status] ?? 0) + 1
      if (status > 0 && status < 400) latencies.push(performance.now() - at)
    },
    outcome(skipped = 0): Outcome {
      const seconds = (performance.now() - began) / 1000
      return { perSecond: answered / seconds, statuses, latenciesMs: Float64Array.from(latencies), skipped, seconds }
    },
  }
}

export async function closedLoop(callers: number, durationMs: number, work: Work): Promise<Outcome> {
  const tally = createTally()
  const end = performance.now() + durationMs
  const caller = async (_: unknown, number: number): Promise<void> => {
    while (performance.now() < end) await tally.time(work(number))
  }
  await Promise.all(Array.from({ length: callers }, caller))
  return tally.outcome()
}

/** So many pieces of work, as fast as they go. */
export async function countedLoop(callers: number, count: number, work: Work): Promise<Outcome> {
  const tally = createTally()
  let next = 0
  const caller = async (_: unknown, number: number): Promise<void> => {
    while (next++ < count) await tally.time(work(number))
  }
  await Promise.all(Array.from({ length: callers }, caller))
  return tally.outcome()
}

const TICK_MS = 5

/** `perSecond` whether or not answers come, as long as a caller is free. */
export async function steadyLoop(
  { callers, durationMs, perSecond }: { callers: number; durationMs: number; perSecond: number },
  work: Work,
): Promise<Outcome> {
  const tally = createTally()
  const free = Array.from({ length: callers }, (_, index) => index)
  const under = new Set<Promise<void>>()
  const began = performance.now()
  let [sent, skipped] = [0, 0]
  for (let passed = 0; passed < durationMs; passed = performance.now() - began) {
    for (const due = (passed / 1000) * perSecond; sent < due; sent++) {
      const caller = free.pop()
      if (caller === undefined) {
        skipped++
        continue
      }
      const done: Promise<void> = tally.time(work(caller)).finally(() => {
        free.push(caller)
        under.delete(done)
      })
      under.add(done)
    }
    await sleep(TICK_MS)
  }
  await Promise.all(under)
  return tally.outcome(skipped)
}
