/**
 * Tasks whose acceptance met an outage: the database may have them all the same, and then somebody must carry them out. They are
 * looked for until they are found, or until the database has answered for so long that they cannot appear any more.
 */
import { setTimeout as sleep } from 'node:timers/promises'

export interface Suspects {
  add(task: string): void
  stop(): void
}

export interface SuspectsOptions {
  /** Begins those of these tasks that exist; answers which it found. */
  adopt(tasks: string[]): Promise<string[]>
  everyMs?: number
  /** A statement that was under way when the connection broke ends within this time, one way or the other. */
  settledAfterMs?: number
}

export function createSuspects({ adopt, everyMs = 500, settledAfterMs = 60_000 }: SuspectsOptions): Suspects {
  /** Task to the time that is left for it to appear, counted while the database answers. */
  const suspects = new Map<string, number>()
  const stopping = new AbortController()
  let watching = false

  async function look(): Promise<void> {
    const found = await adopt([...suspects.keys()])
    for (const [task, leftMs] of suspects) suspects.set(task, leftMs - everyMs)
    for (const [task, leftMs] of suspects) if (leftMs <= 0 || found.includes(task)) suspects.delete(task)
  }

  async function watch(): Promise<void> {
    watching = true
    while (suspects.size > 0 && !stopping.signal.aborted) {
      // What cannot be read now is asked for again.
      await look().catch(() => {})
      await sleep(everyMs, undefined, { signal: stopping.signal, ref: false }).catch(() => {})
    }
    watching = false
  }

  return {
    add(task) {
      suspects.set(task, settledAfterMs)
      if (!watching) void watch()
    },
    stop: () => stopping.abort(),
  }
}
