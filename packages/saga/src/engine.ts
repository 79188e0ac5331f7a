import { type Clock, systemClock } from './clock.ts'
import type { StepContext } from './context.ts'
import { SagaError } from './errors.ts'
import { type CancelAnswer, createExecution, type Execution, notHere, type RunEnd } from './execution.ts'
import type { Faults } from './faults.ts'
import { type Journal, type JournalEntry, readJournal, type SagaRun } from './journal.ts'
import { createQueue } from './queue.ts'
import type { SagaRegistry } from './registry.ts'
import type { EngineParts, Report, UndoRetry } from './state.ts'

export interface SagaEngineOptions<Deps extends object, Run extends SagaRun> {
  registry: SagaRegistry<Deps>
  journal: Journal
  /** Makes the dependencies for one execution of a step or an undo: fenced, and dead once `context.signal` is aborted. */
  bind(context: StepContext<Run>): Deps
  clock?: Clock
  /** Torture only. */
  faults?: Faults
  /**
   * Runs executed at once; more wait in a first-in, first-out queue. No limit unless given, since a run may wait for others that came after
   * it: who accepts runs must not accept too many.
   */
  maxConcurrent?: number
  /** For one attempt of a step that sets no `timeoutMs`. Default 5 minutes. */
  stepTimeoutMs?: number
  /** How long an aborted step may take to settle before its undo begins. Default 30 s. */
  graceMs?: number
  /** Default: 5 attempts, 500 ms to 30 s apart. */
  undoRetry?: UndoRetry
  /** How long news of a run may wait for newer ones before they are written. Default 500 ms. */
  progressIntervalMs?: number
  /** News for logs and alarms; must not throw. */
  report?(report: Report): void
  /** Whether a step failed only because what the platform itself stands on is away: it is done again, however often. */
  isOutage?(error: unknown): boolean
  /** Called around every execution of a step or an undo, e.g. to give it a context of its own. Must call `work` once. */
  around?<T>(context: StepContext<Run>, work: () => Promise<T>): Promise<T>
}

export interface RunStatus {
  runId: string
  saga: string
  version: number
  epoch: number
  phase: 'queued' | 'run' | 'undo'
  /** The step that runs or is undone. */
  step?: string
  /** Of the whole run, 0..100. */
  percent: number
}

export interface DrainResult {
  /** Runs that came to their end while draining. */
  finished: number
  /** Runs another node has to take over, queued ones included. */
  left: string[]
}

/** Executes runs. All methods that take a run throw at once, before anything happens, when it cannot be run here. */
export interface SagaEngine<Run extends SagaRun = SagaRun> {
  /**
   * Executes a run that was durably accepted. The promise never rejects.
   * @throws SagaError SAGA_UNKNOWN, RUN_INVALID, RUN_ALREADY_HERE
   */
  start(run: Run): Promise<RunEnd>
  /**
   * Takes a run up where its journal stands: after the last step done, or within its undo. A former execution of it on this
   * engine under a lower epoch is dropped.
   * @throws SagaError SAGA_UNKNOWN, RUN_INVALID, RUN_ALREADY_HERE, JOURNAL_MISMATCH
   */
  resume(run: Run, entries: readonly JournalEntry[]): Promise<RunEnd>
  /** Aborts the current step, waits until it settled (or its grace is over), undoes. */
  cancel(runId: string): Promise<CancelAnswer>
  /** Lets go of a run at once and silently, e.g. because its lease is gone. */
  drop(runId: string): void
  running(): RunStatus[]
  /**
   * Begins nothing new, gives running runs `deadlineMs` to end, then lets go of the rest without undoing them: another node
   * resumes them. Runs started from now on end as dropped.
   */
  drain(deadlineMs: number): Promise<DrainResult>
  /** For tests: as if the process died. No step begins, nothing is written any more. */
  crash(): void
}

/** Makes an engine; it holds no timers or connections while nothing runs. */
export function createSagaEngine<Deps extends object, Run extends SagaRun = SagaRun>(
  options: SagaEngineOptions<Deps, Run>,
): SagaEngine<Run> {
  const live = new Map<string, Execution>()
  const queue = createQueue<Execution>(options.maxConcurrent ?? Number.POSITIVE_INFINITY, (execution) => execution.go())
  let isOpen = true
  const parts: EngineParts = {
    ...withDefaults(options),
    // The registry ties sagas to Deps, and only accepted runs come in: what the parts hand over is a Run.
    bind: options.bind as EngineParts['bind'],
    around: (options.around as EngineParts['around']) ?? ((_, work) => work()),
    faultHandle: (runId) => ({ crash, cancel: () => void cancel(runId) }),
  }

  const admit = (run: Run, entries: readonly JournalEntry[] | undefined): Promise<RunEnd> => {
    const saga = options.registry.get(run.saga, run.version)
    checkRun(run, saga.ids)
    const former = live.get(run.runId)
    if (former && former.state.run.epoch >= run.epoch) {
      throw new SagaError('RUN_ALREADY_HERE', `run ${run.runId} is already executed here`)
    }
    const position = readJournal(saga, entries ?? [])
    // A run that is resumed may have been in the middle of the step after the last one done.
    const index = entries ? Math.min(position.outputs.length, saga.steps.length - 1) : -1
    const execution = createExecution(parts, run, saga, { ...position, index })
    if (!isOpen) {
      execution.state.drop('stopped')
      return execution.end
    }
    former?.state.drop('lost')
    live.set(run.runId, execution)
    queue.add(execution)
    return execution.end.finally(() => {
      queue.remove(execution)
      if (live.get(run.runId) === execution) live.delete(run.runId)
    })
  }

  const cancel = async (runId: string): Promise<CancelAnswer> => {
    const execution = live.get(runId)
    if (!execution) return notHere(runId)
    const answer = await execution.cancel()
    // Whoever cancels a run that never began should not wait for those before it.
    if (answer.accepted) queue.advance(execution)
    return answer
  }

  const stop = () => {
    for (const execution of [...live.values()]) execution.state.drop('stopped')
  }
  const crash = () => {
    isOpen = false
    queue.close()
    stop()
  }
  const drain = async (deadlineMs: number): Promise<DrainResult> => {
    isOpen = false
    for (const execution of queue.close()) execution.state.drop('stopped')
    const stopLate = parts.clock.after(deadlineMs, stop)
    const ends = await Promise.all([...live].map(async ([runId, { end }]) => ({ runId, end: await end })))
    stopLate()
    const left = ends.filter(({ end }) => end.outcome === 'dropped').map(({ runId }) => runId)
    return { finished: ends.length - left.length, left }
  }

  return {
    start: (run) => admit(run, undefined),
    resume: (run, entries) => admit(run, entries),
    cancel,
    drop: (runId) => live.get(runId)?.state.drop('lost'),
    running: () => [...live.values()].map(statusOf),
    drain,
    crash,
  }
}

function withDefaults<Deps extends object, Run extends SagaRun>(options: SagaEngineOptions<Deps, Run>) {
  return {
    journal: options.journal,
    clock: options.clock ?? systemClock,
    faults: options.faults,
    report: options.report ?? (() => {}),
    stepTimeoutMs: options.stepTimeoutMs ?? 5 * 60_000,
    graceMs: options.graceMs ?? 30_000,
    undoRetry: options.undoRetry ?? { attempts: 5, delayMs: 500, maxDelayMs: 30_000 },
    progressIntervalMs: options.progressIntervalMs ?? 500,
    isOutage: options.isOutage ?? (() => false),
  }
}

function checkRun(run: SagaRun, ids: readonly string[]): void {
  const missing = ids.find((id) => typeof run.ids[id] !== 'string')
  if (missing !== undefined)
    throw new SagaError('RUN_INVALID', `run ${run.runId} of ${run.saga} lacks the id '${missing}'`)
  const isEpoch = Number.isSafeInteger(run.epoch * 2 + 1) && run.epoch >= 0
  if (!isEpoch) throw new SagaError('RUN_INVALID', `run ${run.runId} has no usable epoch: ${run.epoch}`)
}

function statusOf({ state }: Execution): RunStatus {
  const { run, saga, phase, percent, index } = state
  const { runId, epoch } = run
  const step = phase === 'queued' ? undefined : saga.steps[index]?.name
  return { runId, saga: saga.name, version: saga.version, epoch, phase, step, percent }
}
