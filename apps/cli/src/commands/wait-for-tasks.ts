/** `--wait`: tasks to their end, with their progress. */
import { formatDuration, parseDurationMs } from '@basalt/resource/quantities'
import { type Cloud, SdkError, type Task, TaskFailed } from '@basalt/sdk'
import { type Command, InvalidArgumentError } from 'commander'
import type { Context } from '../context.ts'
import { CliError, EXIT } from '../errors.ts'
import { createProgress, taskLine } from '../output/progress.ts'
import { errorText } from '../output/report-error.ts'

const MOST_MS = 24 * 3_600_000

/** `10m` → milliseconds. */
export function parseTimeout(text: string): number {
  const ms = parseDurationMs(text)
  if (ms === undefined || ms <= 0) throw new InvalidArgumentError('Give a time with its unit, such as 90s or 10m.')
  return ms
}

/** `--wait`, and for how long at most. */
export const addWaitOptions = (command: Command): Command =>
  command
    .option(
      '--wait',
      `Wait until it is done, and show how it goes; exit code ${EXIT.taskFailed} when it fails. Ctrl-C ends the waiting, not the task.`,
    )
    .option(
      '--wait-timeout <duration>',
      `With --wait: no longer than this, e.g. 10m; exit code ${EXIT.timedOut} then.`,
      parseTimeout,
    )

/** Time ran out while waiting for tasks, which go on. */
function inVain(tasks: Iterable<Task>, timeoutMs: number, cause: unknown): CliError {
  const ids = [...tasks].map(({ id }) => id).join(' ')
  return new CliError('WAITED_IN_VAIN', `It is not done after ${formatDuration(timeoutMs)}; it goes on without us.`, {
    remedy: `Follow it with: basalt task watch ${ids}`,
    exitCode: EXIT.timedOut,
    cause,
  })
}

/** Tells how to go on when the user has enough of waiting. @returns how to stop listening */
function onInterrupt(context: Context, open: ReadonlyMap<string, Task>): () => void {
  const interrupted = (): void => {
    const ids = [...open.keys()].join(' ')
    context.terminal.note(`\nIt goes on without us. Follow it with: basalt task watch ${ids}`)
    process.exit(EXIT.interrupted)
  }
  process.once('SIGINT', interrupted)
  return () => void process.removeListener('SIGINT', interrupted)
}

/**
 * Waits for all of them. One that fails is reported, and sets the exit code, without keeping the others.
 * @param timeoutMs for how long at most; they go on after that
 * @returns those that succeeded
 */
export async function waitForTasks(
  context: Context,
  cloud: Cloud,
  tasks: readonly Task[],
  timeoutMs: number = MOST_MS,
): Promise<Task[]> {
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
      return await cloud.tasks.wait(task, { onProgress: show, timeoutMs })
    } catch (error) {
      if (error instanceof SdkError && error.code === 'DEADLINE_EXCEEDED') throw inVain(open.values(), timeoutMs, error)
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
