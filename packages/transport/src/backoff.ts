/** How long to wait between attempts to connect. */
export interface Backoff {
  /** Ceiling of the first wait. */
  readonly firstMs: number
  /** Ceiling of all waits. */
  readonly longestMs: number
}

export const DEFAULT_BACKOFF: Backoff = { firstMs: 1000, longestMs: 30_000 }

/**
 * A random wait below a ceiling that doubles with every failure. All of it is random ("full jitter"), so that ten thousand agents that
 * lost the same node do not come back in step.
 * @param failures attempts that failed since the last success
 */
export function waitBeforeRetryMs(backoff: Backoff, failures: number, random = Math.random): number {
  const ceilingMs = Math.min(backoff.longestMs, backoff.firstMs * 2 ** Math.min(failures, 30))
  return Math.round(random() * ceilingMs)
}
