/** Who waits for a task of another node hears of it by that node's bell. */
import type { Cluster } from './cluster.ts'

export interface TaskBells {
  /** Resolves when there is news of the task, at the latest after `ms`. */
  next(task: string, ms: number): Promise<void>
}

export function createTaskBells(cluster: Pick<Cluster, 'onBell'>): TaskBells {
  const waiting = new Map<string, Set<() => void>>()
  cluster.onBell(({ tasks = [] }) => {
    for (const task of tasks) for (const wake of waiting.get(task) ?? []) wake()
  })
  return {
    next: (task, ms) =>
      new Promise((resolve) => {
        const here = waiting.get(task) ?? new Set()
        waiting.set(task, here)
        const wake = (): void => {
          clearTimeout(timer)
          here.delete(wake)
          if (here.size === 0 && waiting.get(task) === here) waiting.delete(task)
          resolve()
        }
        const timer = setTimeout(wake, Math.max(0, ms))
        here.add(wake)
      }),
  }
}
