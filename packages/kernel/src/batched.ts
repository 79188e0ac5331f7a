/** Look-ups that come together are asked for together. */

interface Batch<V> {
  keys: Set<string>
  answer: Promise<Map<string, V>>
}

/** Statements under way at once: with more, each would ask for fewer keys, and a database is asked sooner than answered. */
const ENOUGH_UNDER_WAY = 2
/** Those that take longer do not hold up all others, up to so many. */
const MOST_UNDER_WAY = 4
const SLOW_MS = 20

/**
 * Asks for many keys in one go: those that come in the same turn of the event loop or, when enough is under way, until something has
 * been answered. No key is ever answered from a look-up that began before it was asked for, so that what the database knew by then is
 * always seen.
 */
export function createBatched<V>(load: (keys: string[]) => Promise<Map<string, V>>): Look<V> {
  let next: Batch<V> | null = null
  let underWay = 0
  let wake = (): void => {}

  async function turn(): Promise<void> {
    if (underWay < ENOUGH_UNDER_WAY) return new Promise((resolve) => void setImmediate(resolve))
    let timer: NodeJS.Timeout | undefined
    await new Promise<void>((resolve) => {
      wake = resolve
      if (underWay < MOST_UNDER_WAY) timer = setTimeout(resolve, SLOW_MS)
    })
    clearTimeout(timer)
  }

  async function run(batch: { keys: Set<string> }): Promise<Map<string, V>> {
    await turn()
    next = null
    underWay++
    try {
      return await load([...batch.keys])
    } finally {
      underWay--
      wake()
    }
  }

  return async (key) => {
    if (!next) {
      const keys = new Set<string>()
      next = { keys, answer: run({ keys }) }
    }
    next.keys.add(key)
    return (await next.answer).get(key)
  }
}

export type Look<V> = (id: string) => Promise<V | undefined>

/** Statements remembered; what callers may ask for is bounded by their rights, and those who are gone need no place. */
const MAX_LOOKS = 1_000

/** Look-ups by what they ask for: each is made once. */
export function createLooks<V>(): (key: string, make: () => Look<V>) => Look<V> {
  const looks = new Map<string, Look<V>>()
  return (key, make) => {
    const known = looks.get(key)
    if (known) return known
    const look = make()
    if (looks.size >= MAX_LOOKS) looks.delete(looks.keys().next().value ?? '')
    looks.set(key, look)
    return look
  }
}
