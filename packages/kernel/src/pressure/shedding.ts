/**
 * What is refused of what comes, by how long what was let in waits for its turn: a proportional integral controller, PIE (RFC 8033). A count
 * cannot tell: a thousand requests that wait for their tasks are no load, a thousand that want an answer now are. The share that is refused
 * grows while they wait longer than they should and falls as soon as they do not, so that nearly as many are served as the node can
 * serve, each soon, and all others are told at once.
 */

/** How long a request should wait at most until it is looked at. */
const TARGET_MS = 100
const EVERY_MS = 15
/** After a pause of the whole process the waiting is looked at once, not once for each look that was missed. */
const MOST_STEPS = 8
/** After so many looks at an idle node nothing is left of what was refused before. */
const IDLE_STEPS = 1_000
/** With fewer in the queue there is none, however slow one of them is. */
const FEW = 100
/** Somebody is always let in: else nobody would find out that there is room again. */
const MOST = 0.95
/** RFC 8033, 4.2: gains a second of waiting, the smaller, the less is refused. */
const ALPHA = 0.125
const BETA = 1.25
const GAINS: readonly (readonly [below: number, divisor: number])[] = [
  [1e-6, 2_048],
  [1e-5, 512],
  [1e-4, 128],
  [1e-3, 32],
  [1e-2, 8],
  [1e-1, 2],
]
const MOST_AT_ONCE = 0.02
const FALL = 0.98

export interface Shedding {
  /** Somebody comes. Whether it is to be refused; if not, it waits until {@link leave}. */
  enter(): boolean
  /** Its turn has come. */
  leave(waitedMs: number): void
  /** Who is gone before its turn. */
  abandon(): void
  /** Part of what comes that is refused, 0 to 1. */
  share(): number
}

/** The share after a look at how long was waited, and at the look before. */
export function nextShare(share: number, waitedMs: number, beforeMs: number): number {
  if (waitedMs < TARGET_MS / 2 && beforeMs < TARGET_MS / 2) return share < 1e-6 ? 0 : share * FALL
  const [, divisor] = GAINS.find(([below]) => share < below) ?? [1, 1]
  const change = (ALPHA * (waitedMs - TARGET_MS) + BETA * (waitedMs - beforeMs)) / 1_000 / divisor
  return Math.min(MOST, Math.max(0, share + (share >= 0.1 ? Math.min(MOST_AT_ONCE, change) : change)))
}

export function createShedding(
  now: () => number = () => performance.now(),
  chance: () => number = Math.random,
): Shedding {
  let waiting = 0
  let share = 0
  /** Of those whose turn came since the last look. */
  let [sumMs, count] = [0, 0]
  let beforeMs = 0
  let lookedAtMs = now()

  /** When somebody comes or goes rather than by a timer: while nobody does there is nothing to refuse. */
  function look(): void {
    const atMs = now()
    const steps = Math.floor((atMs - lookedAtMs) / EVERY_MS)
    if (steps < 1) return
    lookedAtMs = atMs
    const isIdle = waiting === 0 && count === 0
    const waitedMs = count > 0 ? sumMs / count : isIdle ? 0 : beforeMs
    for (let step = 0; step < Math.min(steps, isIdle ? IDLE_STEPS : MOST_STEPS); step++) {
      share = nextShare(share, waitedMs, beforeMs)
      beforeMs = waitedMs
    }
    ;[sumMs, count] = [0, 0]
  }

  return {
    enter() {
      look()
      if (waiting >= FEW && chance() < share) return true
      waiting++
      return false
    },
    leave(waitedMs) {
      waiting--
      sumMs += waitedMs
      count++
      look()
    },
    abandon() {
      waiting--
    },
    share: () => share,
  }
}
