/** Waiting for tasks. */
import { TaskFailed } from './errors.ts'
import type { Task } from './generated.ts'
import type { Http } from './http.ts'
import { type WaitOptions, waitForRow } from './wait.ts'

export interface TaskWaitOptions extends WaitOptions {
  /** Called with every version of the task that is seen, the finished one too. */
  onProgress?: (task: Task) => void
}

/** A task, its id, or the call that starts it. */
export type TaskLike = string | { id: string } | Promise<{ id: string }>

/** The task when it has succeeded. Throws `TaskFailed` when it failed or was cancelled. */
export async function waitForTask(http: Http, task: TaskLike, options: TaskWaitOptions = {}): Promise<Task> {
  const { onProgress, ...rest } = options
  const settled = await task
  const id = typeof settled === 'string' ? settled : settled.id
  const predicate = (row: Task): boolean => {
    onProgress?.(row)
    return row.finishedAt !== null && row.finishedAt !== undefined
  }
  const row = (await waitForRow<Task>(http, { kind: 'task', path: '/v1/tasks', id, predicate, ...rest })) as Task
  if (row.state !== 'succeeded') throw new TaskFailed(row)
  return row
}
