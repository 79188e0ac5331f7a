/** Hosts that went away a moment ago, for another node or through a hiccup, and count as up until their grace is over. */
import { setTimeout } from 'node:timers/promises'
import { Problem } from '@basalt/kernel'
import type { Candidate } from './candidate.ts'

/** Well within what a step is given. */
const LONGEST_MS = 30_000
const LOOK_MS = 200

/** Whether nobody would do because of hosts that may be back any moment. */
function isForHosts(
  error: unknown,
  candidates: readonly Candidate[],
  choose: (among: Candidate[]) => unknown,
): boolean {
  if (!(error instanceof Problem) || error.code !== 'NO_HOST_FITS') return false
  if (candidates.every(({ host, connected }) => connected || host.state !== 'up')) return false
  try {
    choose(candidates.map((candidate) => ({ ...candidate, connected: true })))
    return true
  } catch {
    return false
  }
}

/**
 * Finds a place, and while only a host that is awaited would do, looks for one again.
 * @param choose throws when none of the candidates will do
 * @param signal ends it
 */
export async function withAwaited<T>(
  find: () => Promise<T>,
  {
    candidates,
    choose,
    signal,
  }: {
    candidates: () => Promise<Candidate[]>
    choose: (among: Candidate[]) => unknown
    signal: AbortSignal
  },
): Promise<T> {
  const untilMs = performance.now() + LONGEST_MS
  for (;;) {
    try {
      return await find()
    } catch (error) {
      if (performance.now() > untilMs || !isForHosts(error, await candidates(), choose)) throw error
      await setTimeout(LOOK_MS, undefined, { signal })
    }
  }
}
