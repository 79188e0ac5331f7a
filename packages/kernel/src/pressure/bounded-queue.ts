/** Work that is heavy on something scarce, such as the thread pool: a few at a time, a bounded number that wait. */
import { overloaded } from './admission.ts'

export interface BoundedQueue {
  /** @throws Problem `OVERLOADED` (503) at once when as many wait as may */
  run<T>(work: () => Promise<T>): Promise<T>
  waiting(): number
}

/** @param what names the work in the refusal, in the plural */
export function createBoundedQueue(what: string, limits: { concurrent: number; waiting: number }): BoundedQueue {
  const queue: (() => void)[] = []
  let running = 0

  function next(): void {
    running--
    queue.shift()?.()
  }

  return {
    waiting: () => queue.length,
    async run(work) {
      if (running >= limits.concurrent) {
        if (queue.length >= limits.waiting) throw overloaded(what)
        await new Promise<void>((resolve) => queue.push(resolve))
      }
      running++
      try {
        return await work()
      } finally {
        next()
      }
    },
  }
}
