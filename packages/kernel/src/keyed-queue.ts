/** Work on the same key one after the other, on different keys side by side. Within this process: other nodes meet in the database. */
export interface KeyedQueue {
  run<T>(key: string, work: () => Promise<T>): Promise<T>
}

export function createKeyedQueue(): KeyedQueue {
  const tails = new Map<string, Promise<unknown>>()
  return {
    run(key, work) {
      const before = tails.get(key) ?? Promise.resolve()
      const result = before.then(work, work)
      const tail = result.catch(() => {}).finally(() => tails.get(key) === tail && tails.delete(key))
      tails.set(key, tail)
      return result
    },
  }
}
