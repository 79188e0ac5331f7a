/** `--wait`: tasks to their end, with their progress. */
import { type Cloud, type Task, TaskFailed } from '@basalt/sdk'
import type { Context } from '../context.ts'
import { EXIT } from '../errors.ts'
import { createProgress, taskLine } from '../output/progress.ts'
import { errorText } from '../output/report-error.ts'

const MOST_MS = 24 * 3_600_000

/** Tells how to go on when the user has enough of waiting. @returns how to stop listening */
function onInterrupt(context: Context, open: ReadonlyMap<string, Task>): () => void {
  const interrupted = (): void => {
    const ids = [...open.keys()].join(' ')
    context.terminal.note(`\nIt goes on without us. Follow it with: basalt task watch ${ids}`)
    process.exit(130)
  }
  process.once('SIGINT', interrupted)
  return () => void process.removeListener('SIGINT', interrupted)
}

/**
 * Waits for all of them. One that fails is reported, and sets the exit code, without keeping the others.
 * @returns those that succeeded
 */
export async function waitForTasks(context: Context, cloud: Cloud, tasks: readonly Task[]): Promise<Task[]> {
  const progress = createProgress(context.terminal)
  const open = new Map(tasks.map((task) => [task.id, task]))
  const stopListening = onInterrupt(context, open)
  const show = (task: Task): void => {
    const count = tasks.length > 1 ? `${tasks.length - open.size}/${tasks.length} done  ` : ''
    progress.show(count + taskLine(task))
  }
  const follow = async (task: Task): Promise<Task | undefined> => {
    show(task)
    try {
      return await cloud.tasks.wait(task, { onProgress: show, timeoutMs: MOST_MS })
    } catch (error) {
      if (!(error instanceof TaskFailed)) throw error
      progress.clear()
      const about = tasks.length > 1 ? `${task.name}\n` : ''
      context.terminal.note(about + errorText(error))
      context.exitCode = EXIT.taskFailed
      return undefined
    } finally {
      open.delete(task.id)
      progress.clear()
    }
  }
  try {
    return (await Promise.all(tasks.map(follow))).filter((task) => task !== undefined)
  } finally {
    stopListening()
  }
}
