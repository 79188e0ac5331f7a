/** Look-ups that come together are asked for together. */

interface Batch<V> {
  keys: Set<string>
  answer: Promise<Map<string, V>>
}

/** Statements under way at once: one that is stuck does not hold up all others. */
const MAX_UNDER_WAY = 4

/**
 * Asks for many keys in one go: those that come in the same turn of the event loop or, when enough is under way, until something has
 * been answered. No key is ever answered from a look-up that began before it was asked for, so that what the database knew by then is
 * always seen.
 */
export function createBatched<V>(
  load: (keys: string[]) => Promise<Map<string, V>>,
): (key: string) => Promise<V | undefined> {
  let next: Batch<V> | null = null
  let underWay = 0
  const waiting: (() => void)[] = []

  async function turn(): Promise<void> {
    if (underWay >= MAX_UNDER_WAY) await new Promise<void>((resolve) => waiting.push(resolve))
    else await new Promise((resolve) => setImmediate(resolve))
  }

  async function run(batch: { keys: Set<string> }): Promise<Map<string, V>> {
    await turn()
    next = null
    underWay++
    try {
      return await load([...batch.keys])
    } finally {
      underWay--
      waiting.shift()?.()
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
