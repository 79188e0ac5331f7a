/** Tells observers what happened. Each has a loop of its own: one that is slow, or fails, holds up nobody else. */
import { setTimeout as sleep } from 'node:timers/promises'
import type { Finding } from '@basalt/observe/finding'
import { withDeadline } from '../breaker/deadline.ts'
import { PLATFORM } from '../caller.ts'
import { createEvents, type ResourceEvent } from '../events.ts'
import type { Log } from '../kernel.ts'
import type { Module } from '../module.ts'
import type { NodeLease } from '../nodes/lease.ts'
import { isOutage } from '../pressure/outage.ts'
import type { Store } from '../store.ts'
import { createCursors } from './cursor.ts'
import type { EventObserver } from './observer.ts'

export interface ObserversOptions {
  store: Store
  /** Asked before each effect: a node that has lost its lease tells nobody anything. */
  lease: Pick<NodeLease, 'node' | 'check'>
  observers: readonly EventObserver[]
  log: Log
  /** Pause after the first failure; it doubles up to a minute. */
  firstPauseMs?: number
}

/** How often one looks for what other nodes wrote. */
const ROUND_MS = 1_000
const LONGEST_PAUSE_MS = 60_000
/** For one event; shorter than a node has an observer without renewing that. */
const LONGEST_MS = 10_000
/** A cursor is also written when nothing was to be told for so long, so that a restart need not read everything again. */
const IDLE_WRITE_MS = 60_000

interface Trouble {
  since: string
  error: string
}

const unable = (observer: string, { since, error }: Trouble): Finding => ({
  severity: 'warning',
  code: 'OBSERVER_FAILS',
  message: `${observer} has not taken an event since ${since}: ${error}`,
  meaning:
    'It is told the same event again and again; what came later waits. Nothing is lost as long as events are kept.',
  remedy: 'Mend what the error names, or take the plugin out of the configuration of the control plane.',
})

export function observersModule(options: ObserversOptions): Module {
  const { store, observers, log, firstPauseMs = 1_000 } = options
  const events = createEvents(store)
  const cursors = createCursors(store.database, options.lease.node)
  const closing = new AbortController()
  const troubles = new Map<string, Trouble>()
  let loops: Promise<unknown> = Promise.resolve()

  async function tell({ name, observe }: EventObserver, event: ResourceEvent): Promise<void> {
    const over = new AbortController()
    const signal = AbortSignal.any([over.signal, closing.signal])
    const late = (): Error => new Error(`${name} did not end within ${LONGEST_MS / 1000} s`)
    try {
      await withDeadline(observe(event, signal), LONGEST_MS, late)
    } finally {
      over.abort()
    }
  }

  /** Where this node has read to, beyond what is written. */
  const read = new Map<string, { written: string; cursor: string; writtenAt: number }>()

  async function catchUp(observer: EventObserver): Promise<void> {
    const { name, kinds } = observer
    const written = await cursors.take(name, events.now)
    if (written === null) return
    const here = read.get(name)
    const known = here?.written === written ? here : { written, cursor: written, writtenAt: Date.now() }
    read.set(name, known)
    for (let more = true; more && !closing.signal.aborted; ) {
      const page = await events.read(PLATFORM, known.cursor, kinds ? { kinds } : {})
      for (const event of page.events) {
        if (closing.signal.aborted) return
        options.lease.check()
        await tell(observer, event)
        if (!(await moveOn(name, event.cursor))) return
      }
      known.cursor = page.cursor
      more = page.more
      if (known.cursor !== known.written && Date.now() - known.writtenAt > IDLE_WRITE_MS)
        await moveOn(name, known.cursor)
    }
  }

  async function moveOn(name: string, cursor: string): Promise<boolean> {
    const isOurs = await cursors.advance(name, cursor)
    const known = read.get(name)
    if (known) Object.assign(known, { written: cursor, cursor, writtenAt: Date.now() })
    return isOurs
  }

  /** Begins to listen at once, so that nothing that happens meanwhile is missed. */
  function somethingHappened(): { wait: Promise<unknown> } {
    const over = new AbortController()
    const signal = AbortSignal.any([over.signal, closing.signal])
    const round = sleep(ROUND_MS, undefined, { signal, ref: false }).catch(() => {})
    const stop = store.onFlush(() => over.abort())
    return { wait: round.finally(stop) }
  }

  async function follow(observer: EventObserver): Promise<void> {
    let pauseMs = firstPauseMs
    while (!closing.signal.aborted) {
      const next = somethingHappened()
      try {
        await catchUp(observer)
        troubles.delete(observer.name)
        pauseMs = firstPauseMs
        await next.wait
      } catch (error) {
        if (closing.signal.aborted) return
        if (!isOutage(error)) {
          const since = troubles.get(observer.name)?.since ?? new Date().toISOString()
          troubles.set(observer.name, { since, error: (error as Error).message ?? String(error) })
          log.error('an observer could not be told of an event; it is told again', {
            observer: observer.name,
            error: String(error),
            pauseMs,
          })
        }
        await sleep(pauseMs, undefined, { signal: closing.signal, ref: false }).catch(() => {})
        pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)
      }
    }
  }

  return {
    name: 'observers',
    slices: [],
    examiners: [
      {
        name: 'observers',
        examine: async () => [...troubles].map(([name, trouble]) => unable(name, trouble)),
      },
    ],
    async start() {
      loops = Promise.all(observers.map(follow))
    },
    async stop() {
      closing.abort()
      await loops
      for (const { name } of observers) await cursors.release(name).catch(() => {})
    },
  }
}
