/**
 * Looks at much are used again for a little while, in proportion to how much they look at, and to how many there are: so that all together
 * cost a bounded share of the time, and hardly anybody waits for one.
 */

export interface Look<V> {
  value: V | undefined
  /** From before it was asked for: what it refuses may be possible by now. */
  isKept: boolean
}

/**
 * For what is decided elsewhere in the end, by a condition in the database: a look that is a little old costs another try, never more.
 * @param look a fresh one
 * @param keepMs after how long the next look begins, were it the only one; 0 keeps none
 * @returns looks; `anew` insists on a fresh one
 */
export function createKept<V>(
  look: (key: string) => Promise<V | undefined>,
  keepMs: (value: V) => number,
  now: () => number = () => performance.now(),
): (key: string, anew?: boolean) => Promise<Look<V>> {
  interface Kept {
    value: V
    /** The next who asks begins a fresh look, and still gets this one. */
    freshUntil: number
    /** Nobody gets it any more. */
    until: number
    isRenewed: boolean
  }
  const kept = new Map<string, Kept>()

  function keep(key: string, value: V): void {
    const at = now()
    for (const [other, { until }] of kept) if (until <= at) kept.delete(other)
    const ms = keepMs(value) * (kept.size + (kept.has(key) ? 0 : 1))
    if (ms > 0) kept.set(key, { value, freshUntil: at + ms, until: at + 2 * ms, isRenewed: false })
  }

  async function lookAnew(key: string): Promise<V | undefined> {
    const value = await look(key)
    if (value !== undefined) keep(key, value)
    return value
  }

  return async (key, anew = false) => {
    const before = anew ? undefined : kept.get(key)
    const at = now()
    if (!before || before.until <= at) return { value: await lookAnew(key), isKept: false }
    if (before.freshUntil <= at && !before.isRenewed) {
      before.isRenewed = true
      // Whoever comes when this one is too old looks for itself, and is told why that fails.
      lookAnew(key).catch(() => {})
    }
    return { value: before.value, isKept: true }
  }
}
