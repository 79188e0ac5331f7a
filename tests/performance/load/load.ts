/** Load from a process of its own, so that it shares no event loop with what it measures. */
import { join } from 'node:path'
import type { Outcome } from './callers.ts'
import { type Child, startChild } from './child.ts'
import type { Asked } from './http-connection.ts'

/** In texts, `{n}` becomes a number that was not used before. */
export interface HttpLoad {
  kind: 'http'
  url: string
  /** More nodes that answer the same: callers are spread over all of them, each stays with its own. */
  others?: readonly string[]
  ca?: string
  /** Taken in turns. */
  asked: readonly Asked[]
  /** A caller whose node is gone turns to the next, and asks the same again: with an `idempotency-key` for what changes something. */
  failsOver?: boolean
}

export interface SqlLoad {
  kind: 'sql'
  url: string
  connections: number
  text: string
  /** Values of the statement, taken in turns. */
  values: readonly unknown[][]
}

/** Rows made durable, those that wait together in one statement. */
export interface InsertsLoad {
  kind: 'inserts'
  url: string
  /** How many one after the other make a unit, and how many rows each writes. */
  flushes: number
  rows: number
}

export type Target = HttpLoad | SqlLoad | InsertsLoad

export interface Pace {
  callers: number
  /** For so long; or `count` pieces of work, as fast as they go. */
  durationMs?: number
  count?: number
  /** As fast as it goes unless told. */
  perSecond?: number
}

export interface LoadRequest {
  target: Target
  pace: Pace
}

export type Load = Child<LoadRequest, Outcome>

export const startLoad = (): Load => startChild(join(import.meta.dirname, 'load-process.ts'))

/** What was answered with an error, in words; empty when nothing was. */
export function refusalsOf({ statuses }: Outcome): string {
  const wrong = Object.entries(statuses).filter(([status]) => Number(status) === 0 || Number(status) >= 400)
  return wrong.map(([status, count]) => `${count} answers ${status}`).join(', ')
}

/** Runs it and accepts no error among the answers. */
export async function flawless(load: Load, target: Target, pace: Pace): Promise<Outcome> {
  const outcome = await load.ask({ target, pace })
  const wrong = refusalsOf(outcome)
  if (wrong) throw new Error(`the load was answered with errors: ${wrong}`)
  return outcome
}
