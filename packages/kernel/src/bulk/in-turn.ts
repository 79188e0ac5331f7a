/** Many parts in order, some at a time: fewer when something behind them has no room for so many. */
import { setTimeout as sleep } from 'node:timers/promises'

export interface Turns<T> {
  /** Parts under way at once, at most. */
  atOnce: number
  /** Whether a part found no room, so that it is done again. */
  isCrowded?(result: T): boolean
  /** Before the only one under way is done again. */
  pauseMs?: number
  /** After so many pauses what found no room is left at that. */
  mostPauses?: number
}

/** Answers in order. Who finds no room leaves the work to the others; the last one pauses, and goes on. */
export async function inTurn<T>(
  count: number,
  run: (index: number) => Promise<T>,
  { atOnce, isCrowded = () => false, pauseMs = 500, mostPauses = 60 }: Turns<T>,
): Promise<T[]> {
  const results = new Array<T>(count)
  const left = Array.from({ length: count }, (_, index) => index)
  let workers = Math.min(atOnce, count)
  let pauses = 0
  async function work(): Promise<void> {
    for (let index = left.shift(); index !== undefined; index = left.shift()) {
      const result = await run(index)
      results[index] = result
      if (!isCrowded(result) || pauses >= mostPauses) continue
      left.unshift(index)
      // The others are under way, and look for more when they are done.
      if (workers > 1) break
      pauses++
      await sleep(pauseMs)
    }
    workers--
  }
  await Promise.all(Array.from({ length: workers }, work))
  return results
}
