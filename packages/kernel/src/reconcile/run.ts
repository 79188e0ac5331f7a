/** One run of a reconciler: every place, each difference looked at twice and then mended or told. */
import { causeOf } from '../problem.ts'
import type { Store } from '../store.ts'
import type { Fate, Findings } from './findings.ts'
import { holding } from './hold.ts'
import type { Difference, Place, Reconciler } from './reconciler.ts'

/** Counts of a run; the fields of the reconciler's resource. */
export interface Tally {
  looked: number
  unseen: number
  found: number
  repaired: number
  reported: number
  failed: number
  skipped: number
}

export interface RunOptions {
  store: Store
  reconciler: Reconciler
  findings: Findings
  /** In whose name resources are held. */
  run: string
  /** Ids of the places to look at; every place when absent. */
  only?: ReadonlySet<string>
  signal: AbortSignal
  /** A place that could not be compared; the others are. */
  onError(error: unknown, place: Place): void
}

/**
 * Places looked at side by side: a slow host does not hold up the others, what they read is read together, and a thousand do not come at
 * once.
 */
const AT_ONCE = 16

const NOTHING: Tally = { looked: 0, unseen: 0, found: 0, repaired: 0, reported: 0, failed: 0, skipped: 0 }

/** @returns the counts, and the places where a task was in the way */
export async function runReconciler(options: RunOptions): Promise<{ tally: Tally; busy: string[] }> {
  const { reconciler, findings, only, signal } = options
  const all = await reconciler.places(only)
  const places = only ? all.filter(({ id }) => id !== null && only.has(id)) : all
  const told = await findings.places()
  const tally = { ...NOTHING }
  const busy: string[] = []
  const queue = [...places]
  async function work(): Promise<void> {
    for (let place = queue.shift(); place && !signal.aborted; place = queue.shift()) {
      const skippedBefore = tally.skipped
      await lookAt(place, options, { tally, told })
      if (tally.skipped > skippedBefore && place.id !== null) busy.push(place.id)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  if (!only && !signal.aborted) await findings.endElsewhere(all)
  return { tally, busy }
}

async function lookAt(
  place: Place,
  options: RunOptions,
  { tally, told }: { tally: Tally; told: ReadonlySet<string | null> },
): Promise<void> {
  const { reconciler, findings, signal, onError } = options
  try {
    const differences = await reconciler.scan(place, signal)
    if (!differences) {
      tally.unseen++
      return
    }
    tally.looked++
    for (const difference of differences) {
      signal.throwIfAborted()
      await settle(difference, place, options, tally)
    }
    if (told.has(place.id))
      await findings.endUnseen(new Set(differences.map((difference) => findings.idOf(difference, place))), place)
  } catch (error) {
    if (signal.aborted) return
    tally.unseen++
    onError(error, place)
  }
}

async function settle(difference: Difference, place: Place, options: RunOptions, tally: Tally): Promise<void> {
  const { store, reconciler, findings, run, signal } = options
  if (difference.done !== undefined) {
    tally.found++
    tally.repaired++
    return findings.record(difference, place, { state: 'repaired', outcome: difference.done })
  }
  let now = difference
  const { code: step, claims } = difference
  const held = await holding(store, { run, reconciler: reconciler.name, step, claims, signal }, async (hold) => {
    const still = await reconciler.again(difference, place)
    if (!still) return { state: 'over' } as const
    now = still
    return mend(still, place, reconciler, hold, tally)
  })
  if (!held) {
    tally.skipped++
    return
  }
  if (held.result.state !== 'over') tally.found++
  await findings.record(now, place, held.result)
}

async function mend(
  difference: Difference,
  place: Place,
  reconciler: Reconciler,
  hold: Parameters<Reconciler['repair']>[2],
  tally: Tally,
): Promise<Fate> {
  try {
    if (difference.verdict === 'report') {
      const outcome = (await reconciler.mark?.(difference, place, hold)) ?? ''
      tally.reported++
      return { state: 'open', outcome }
    }
    const outcome = await reconciler.repair(difference, place, hold)
    tally.repaired++
    return { state: 'repaired', outcome }
  } catch (error) {
    hold.context.signal.throwIfAborted()
    tally.failed++
    const { message, remedy } = causeOf(error)
    return { state: 'open', outcome: `It could not be mended: ${message}${remedy ? ` ${remedy}` : ''}` }
  }
}
