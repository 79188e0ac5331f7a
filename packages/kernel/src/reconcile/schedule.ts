/** When a reconciler runs: on a timer with jitter, when something happened at a place, when it is asked to. */
import { setTimeout as sleep } from 'node:timers/promises'
import { derivedId } from '../derived-id.ts'
import type { Store } from '../store.ts'
import { createFindings } from './findings.ts'
import { type Lease, takeLease } from './lease.ts'
import type { ReconcilerRow } from './reconciler.resource.ts'
import type { Place, Reconciler } from './reconciler.ts'
import { runReconciler, type Tally } from './run.ts'

/** How often, and how soon. */
export interface ReconcilePace {
  /** False: only when asked to. */
  automatic: boolean
  everyMs: number
  /** After something happened at a place: what comes with it settles meanwhile. */
  settleMs: number
  /** When a task was in the way, or another node. */
  againMs: number
}

export interface Schedule {
  start(): void
  /** Look at a place, or at all of them, soon. */
  look(place?: string): void
  /** Run as soon as no other node does; resolves when that run has ended. */
  runNow(): Promise<void>
  stop(): Promise<void>
}

export interface ScheduleOptions {
  store: Store
  node: string
  reconciler: Reconciler
  /** Asked at each use: operators change it while the platform runs. */
  pace(): ReconcilePace
  onError(error: unknown, about: { reconciler: string; place?: string }): void
}

const ALL = ''
const STOP_MS = 5_000
/** A pace that was changed counts after this time at the latest. */
const LOOK_AT_PACE_MS = 5_000

export const reconcilerId = (name: string): string => derivedId('reconciler', name)

export function createSchedule({ store, node, reconciler, pace, onError }: ScheduleOptions): Schedule {
  const id = reconcilerId(reconciler.name)
  const findings = createFindings(store, reconciler.name)
  const wanted = new Set<string>()
  const timers = new Set<NodeJS.Timeout>()
  const closing = new AbortController()
  let waiting: (() => void)[] = []
  let working: Promise<void> | null = null

  function later(ms: number, act: () => void): void {
    if (closing.signal.aborted) return
    const timer = setTimeout(() => {
      timers.delete(timer)
      act()
    }, ms)
    timers.add(timer)
  }
  const want = (place: string, ms: number): void =>
    later(ms, () => {
      wanted.add(place)
      kick()
    })
  const failed = (error: unknown, place?: Place): void =>
    onError(error, { reconciler: reconciler.name, place: place?.name })

  function kick(): void {
    if (working || wanted.size === 0 || closing.signal.aborted) return
    working = attempt()
      .catch((error: unknown) => {
        failed(error)
        return false
      })
      .then((ran) => {
        working = null
        // Where one host after the other comes, many of them are looked at together.
        if (ran) later(wanted.has(ALL) ? 0 : pace().settleMs / 4, kick)
        else if (wanted.size > 0) later(pace().againMs, kick)
      })
  }

  /** False when another node runs it. */
  async function attempt(): Promise<boolean> {
    const lease = await takeLease(store, id, node)
    if (!lease) return false
    const only = wanted.has(ALL) ? undefined : new Set(wanted)
    wanted.clear()
    const served = waiting
    waiting = []
    try {
      await run(lease, only)
    } finally {
      for (const resolve of served) resolve()
    }
    return true
  }

  async function run(lease: Lease, only: ReadonlySet<string> | undefined): Promise<void> {
    const stop = new AbortController()
    const abort = (): void => stop.abort(new Error('the run was given up'))
    closing.signal.addEventListener('abort', abort, { once: true })
    lease.signal.addEventListener('abort', abort, { once: true })
    const { run } = lease
    try {
      const { signal } = stop
      const done = await runReconciler({ store, reconciler, findings, run, only, signal, onError: failed })
      for (const place of done.busy) want(place, pace().againMs)
      if (done.tally.skipped > 0 && done.busy.length === 0) want(ALL, pace().againMs)
      await lease.release({
        ...done.tally,
        message: inWords(done.tally),
        ...(only ? {} : { ranAt: new Date(await store.now()).toISOString() }),
      })
    } catch (error) {
      await lease.release({ message: `The run broke off: ${(error as Error).message}`.slice(0, 4096) }).catch(failed)
      throw error
    } finally {
      closing.signal.removeEventListener('abort', abort)
    }
  }

  /** Of several nodes, the one whose time comes first runs it for all. */
  async function due(): Promise<void> {
    const [row] = await store.all<ReconcilerRow>('reconciler', { id })
    const sinceMs = (await store.now()) - Date.parse(row?.ranAt ?? '1970-01-01T00:00:00Z')
    if (sinceMs >= pace().everyMs * 0.75) want(ALL, 0)
  }
  function repeat(): void {
    const begunAtMs = performance.now()
    const jitter = 0.8 + 0.4 * Math.random()
    const wait = (): void => {
      const leftMs = pace().everyMs * jitter - (performance.now() - begunAtMs)
      if (leftMs > 0) later(Math.min(leftMs, LOOK_AT_PACE_MS), wait)
      else due().catch(failed).finally(repeat)
    }
    wait()
  }

  return {
    start() {
      const { automatic, everyMs, settleMs } = pace()
      if (!automatic) return
      reconciler.watch?.((place) => want(place, pace().settleMs))
      // Hosts come back first; then what a former node left is looked for.
      want(ALL, Math.min(everyMs, 15 * settleMs) * (0.8 + 0.4 * Math.random()))
      repeat()
    },
    look(place) {
      const { automatic, settleMs } = pace()
      if (automatic) want(place ?? ALL, settleMs)
    },
    runNow() {
      wanted.add(ALL)
      const ended = new Promise<void>((resolve) => waiting.push(resolve))
      kick()
      return ended
    },
    async stop() {
      closing.abort()
      for (const timer of timers) clearTimeout(timer)
      timers.clear()
      // A host that hangs does not keep the node from ending; what is held is let go by the next run.
      await Promise.race([working, sleep(STOP_MS, undefined, { ref: false })])
    },
  }
}

function inWords({ looked, unseen, found, repaired, reported, failed, skipped }: Tally): string {
  const parts = [
    found === 0 ? 'Everything is as the database says' : `${found} found`,
    ...(repaired > 0 ? [`${repaired} repaired`] : []),
    ...(reported > 0 ? [`${reported} for you to decide`] : []),
    ...(failed > 0 ? [`${failed} could not be mended`] : []),
    ...(skipped > 0 ? [`${skipped} left to tasks that work on them`] : []),
    `${looked} places looked at`,
    ...(unseen > 0 ? [`${unseen} could not be`] : []),
  ]
  return `${parts.join(', ')}.`
}
