/** Hosts that went away a moment ago, for another node or through a hiccup, and count as up until their grace is over. */
import { setTimeout } from 'node:timers/promises'
import { Problem } from '@basalt/kernel'
import type { Candidate } from './candidate.ts'

/** Well within what a step is given. */
const LONGEST_MS = 30_000
/** Looking whether one is back costs nothing. */
const LOOK_MS = 200
/** Whether they count as up still is in the database, with all that placement looks at: of ten thousand hosts that is much to read. */
const READ_MS = 2_000

interface Awaiting {
  candidates(): Promise<Candidate[]>
  /** Throws when none of the candidates will do. */
  choose(among: Candidate[]): unknown
  connected(host: string): boolean
  /** Ends it. */
  signal: AbortSignal
}

/** Hosts that are away, if one of them would do were it back. */
function awaitedAmong(candidates: readonly Candidate[], { choose }: Awaiting): string[] {
  const away = candidates.filter(({ host, connected }) => host.state === 'up' && !connected)
  if (away.length === 0) return []
  try {
    choose(away.map((candidate) => ({ ...candidate, connected: true })))
  } catch {
    return []
  }
  return away.map(({ host }) => host.id)
}

async function untilBack(hosts: readonly string[], { connected, signal }: Awaiting): Promise<void> {
  for (let waitedMs = 0; waitedMs < READ_MS && !hosts.some(connected); waitedMs += LOOK_MS)
    await setTimeout(LOOK_MS, undefined, { signal })
}

/** Finds a place, and while only a host that is awaited would do, looks for one again. */
export async function withAwaited<T>(find: () => Promise<T>, awaiting: Awaiting): Promise<T> {
  const untilMs = performance.now() + LONGEST_MS
  for (;;) {
    try {
      return await find()
    } catch (error) {
      const isRefused = error instanceof Problem && error.code === 'NO_HOST_FITS'
      if (!isRefused || performance.now() > untilMs) throw error
      const hosts = awaitedAmong(await awaiting.candidates(), awaiting)
      if (hosts.length === 0) throw error
      await untilBack(hosts, awaiting)
    }
  }
}
