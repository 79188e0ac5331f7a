/**
 * Group commit without shared fate. Units that arrive while a flush is under way share the next transaction; a refusal or an error
 * splits the batch in halves until the unit at fault stands alone, so that nobody is refused for another's mistake.
 */
import { outside } from '@basalt/observe'
import { RefusedUnits, type Touch, touches, type Unit } from './operations.ts'
import { isOutage } from './pressure/outage.ts'

interface Waiting {
  unit: Unit
  resolve: () => void
  reject: (error: unknown) => void
}

export interface GroupCommit {
  /** Resolves when the unit is durable. */
  commit(unit: Unit): Promise<void>
  /** Units that wait for their flush. */
  waiting(): number
  /** Resolves when nothing is waiting any more. */
  idle(): Promise<void>
}

/** How units touch a row: those that only rely on it go together, and so do those that only add to its counters. */
type Manner = 'relies' | 'adds' | 'changes'

const mannerOf = ({ shared, adds }: Touch): Manner => (adds ? 'adds' : shared ? 'relies' : 'changes')

const together = (before: Manner | undefined, now: Manner): Manner =>
  before === undefined || before === now ? now : 'changes'

/** Take units from the queue's front until one touches what an earlier one touches. */
function takeBatch(queue: Waiting[], maxUnits: number): Waiting[] {
  const seen = new Map<string, Manner>()
  const batch: Waiting[] = []
  while (batch.length < maxUnits) {
    const next = queue[0]
    if (!next) break
    const touched = next.unit.map(touches).filter((touch) => touch !== null)
    const meets = (touch: Touch): boolean => {
      const before = seen.get(touch.key)
      return before !== undefined && !(before !== 'changes' && before === mannerOf(touch))
    }
    if (batch.length > 0 && touched.some(meets)) break
    for (const touch of touched) seen.set(touch.key, together(seen.get(touch.key), mannerOf(touch)))
    batch.push(next)
    queue.shift()
  }
  return batch
}

/** @param flush writes all units in one transaction, or throws and has written none. */
export function createGroupCommit(
  flush: (units: Unit[]) => Promise<void>,
  options: { maxUnits?: number } = {},
): GroupCommit {
  const queue: Waiting[] = []
  let running: Promise<void> | null = null

  async function flushOrSplit(batch: Waiting[]): Promise<void> {
    try {
      await flush(batch.map((waiting) => waiting.unit))
      for (const waiting of batch) waiting.resolve()
    } catch (error) {
      if (error instanceof RefusedUnits) return flushOthers(batch, error)
      // Without a database no unit is at fault; those that come later are tried anew.
      if (batch.length === 1 || isOutage(error)) {
        for (const waiting of batch) waiting.reject(error)
        return
      }
      const half = Math.ceil(batch.length / 2)
      await flushOrSplit(batch.slice(0, half))
      await flushOrSplit(batch.slice(half))
    }
  }

  /** It is known who is at fault: no need to search. */
  async function flushOthers(batch: Waiting[], { refusals }: RefusedUnits): Promise<void> {
    for (const { unit, reject } of batch) if (refusals.has(unit)) reject(refusals.get(unit))
    const others = batch.filter(({ unit }) => !refusals.has(unit))
    if (others.length > 0) await flushOrSplit(others)
  }

  async function drain(): Promise<void> {
    // Requests of the same turn of the event loop join the first batch.
    await new Promise((resolve) => setImmediate(resolve))
    while (queue.length > 0) await flushOrSplit(takeBatch(queue, options.maxUnits ?? 500))
    running = null
  }

  return {
    commit(unit) {
      return new Promise((resolve, reject) => {
        queue.push({ unit, resolve, reject })
        // A flush is everybody's, not only of the one who came first.
        running ??= outside(drain)
      })
    },
    waiting: () => queue.length,
    async idle() {
      while (running) await running
    },
  }
}
