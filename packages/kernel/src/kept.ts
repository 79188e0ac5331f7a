/** Looks at much are used again for a little while, in proportion to how much they look at: so that they cost a bounded share of the time. */

export interface Look<V> {
  value: V | undefined
  /** From before it was asked for: what it refuses may be possible by now. */
  isKept: boolean
}

/**
 * For what is decided elsewhere in the end, by a condition in the database: a look that is a little old costs another try, never more.
 * @param look a fresh one
 * @param keepMs for how long it may be used; 0 for not at all
 * @returns looks; `anew` insists on a fresh one
 */
export function createKept<V>(
  look: (key: string) => Promise<V | undefined>,
  keepMs: (value: V) => number,
): (key: string, anew?: boolean) => Promise<Look<V>> {
  const kept = new Map<string, { value: V; until: number }>()

  function keep(key: string, value: V): void {
    const now = performance.now()
    for (const [other, { until }] of kept) if (until <= now) kept.delete(other)
    const ms = keepMs(value)
    if (ms > 0) kept.set(key, { value, until: now + ms })
  }

  return async (key, anew = false) => {
    const before = kept.get(key)
    if (before && !anew && before.until > performance.now()) return { value: before.value, isKept: true }
    const value = await look(key)
    if (value !== undefined) keep(key, value)
    return { value, isKept: false }
  }
}
