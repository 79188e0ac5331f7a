/** How long to wait between rounds of connection attempts. */
export interface BackoffOptions {
  /** Before the first repetition; doubles with every failed round. */
  readonly initialMs: number
  readonly maxMs: number
}

/** Used unless told otherwise. */
export const DEFAULT_BACKOFF: BackoffOptions = { initialMs: 100, maxMs: 8_000 }

/**
 * Delay before round `failedRounds + 1`: exponential, with the upper half random, so that clients which lost the same
 * server do not return at the same moment.
 *
 * @param random from 0 (inclusive) to 1 (exclusive)
 */
export function backoffDelayMs(failedRounds: number, { initialMs, maxMs }: BackoffOptions, random: number): number {
  const ceilingMs = Math.min(maxMs, initialMs * 2 ** Math.min(failedRounds, 30))
  return ceilingMs * (0.5 + random / 2)
}
