import type { SagaDefinition } from './define.ts'
import { type ErrorData, JournalRejectedError, SagaError, toErrorData } from './errors.ts'
import type { Position, SagaRun } from './journal.ts'
import type { JsonValue } from './json.ts'
import { backward, forward } from './passes.ts'
import { createThrottle, percentOf, type Throttle } from './progress.ts'
import type { DropReason, EngineParts, RunState } from './state.ts'
import { furthestBegun, joined, letGoOf, takeUnwritten, withoutAttached } from './unwritten.ts'
import { Dropped, recordOf, writeProgress, writeRecord } from './writer.ts'

/** How a run ended on this engine. One that was dropped goes on elsewhere (or nowhere: `rejected`, `broken`). */
export type RunEnd =
  | { outcome: 'succeeded'; outputs: Record<string, JsonValue> }
  | { outcome: 'undone' | 'undoFailed'; error: ErrorData }
  | { outcome: 'dropped'; reason: DropReason }

/** The answer to a cancel; when accepted, the wish is durable and the run will be undone. */
export type CancelAnswer =
  | { accepted: true }
  | { accepted: false; code: 'NOT_RUNNING_HERE' | 'NOT_CANCELLABLE' | 'FINISHING'; reason: string; step?: string }

/** One run on this engine. */
export interface Execution {
  readonly state: RunState
  /** Never rejects. */
  readonly end: Promise<RunEnd>
  /** Goes on from where the journal stands. Call once. */
  go(): Promise<void>
  cancel(): Promise<CancelAnswer>
}

/** Where an execution begins; `index` as in RunState. */
export type StartingPoint = Position & { index: number }

/** Makes the execution of a run; nothing happens before `go`. */
export function createExecution(engine: EngineParts, run: SagaRun, saga: SagaDefinition, at: StartingPoint): Execution {
  const throttle = createThrottle(engine.clock, engine.progressIntervalMs, (note) => writeProgress(state, note))
  const state = createState(engine, run, saga, at, throttle)
  let undoingWritten = Promise.resolve()

  /** Decides, once, that the run will be undone; resolves when that is durable. */
  const beginUndo = (error: ErrorData): Promise<void> => {
    if (state.undoing) return undoingWritten
    const { reach } = state
    state.undoing = { from: reach, error }
    const unwritten = takeUnwritten(state)
    letGoOf(unwritten)
    const undoing = { record: { ...recordOf(state, reach, 'undoing'), error }, attached: [] }
    undoingWritten = writeRecord(state, joined([...withoutAttached(unwritten), undoing]) ?? undoing.record)
    // After a cancel nobody awaits this until the step under way has settled.
    undoingWritten.catch(() => {})
    return undoingWritten
  }

  const finish = async (): Promise<RunEnd> => {
    if (!state.undoing) {
      const result = await forward(state)
      if ('outputs' in result) return { outcome: 'succeeded', outputs: result.outputs }
      await beginUndo(result.error)
    }
    await undoingWritten
    return backward(state)
  }

  let settle: (end: RunEnd) => void
  const end = new Promise<RunEnd>((resolve) => {
    settle = resolve
    state.onDrop.add(() => resolve({ outcome: 'dropped', reason: state.droppedAs ?? 'broken' }))
  })
  end.then(() => {
    throttle.stop()
    letGoOf(takeUnwritten(state))
  })
  const go = () =>
    finish().then(settle, (error) => {
      if (!(error instanceof Dropped)) state.drop(error instanceof JournalRejectedError ? 'rejected' : 'broken', error)
    })
  return { state, end, go, cancel: () => cancel(state, beginUndo) }
}

async function cancel(state: RunState, beginUndo: (error: ErrorData) => Promise<void>): Promise<CancelAnswer> {
  const refusal = refuseCancel(state)
  if (refusal) return refusal
  const error = new SagaError('RUN_CANCELLED', `${state.saga.name} was cancelled`)
  const isFirst = !state.undoing
  const written = beginUndo(toErrorData(error, state.saga.steps[state.index]?.name))
  if (isFirst) state.underWay?.abort(error)
  try {
    await written
    return { accepted: true }
  } catch {
    // The execution meets the same error and acts on it; the user only learns that the wish did not count.
    return notHere(state.run.runId)
  }
}

/** The answer for a run that this engine does not execute. */
export function notHere(runId: string): CancelAnswer {
  return { accepted: false, code: 'NOT_RUNNING_HERE', reason: `run ${runId} is not executed here` }
}

function refuseCancel(state: RunState): CancelAnswer | undefined {
  if (state.droppedAs) return notHere(state.run.runId)
  if (state.undoing) return undefined
  if (state.finishing) return { accepted: false, code: 'FINISHING', reason: 'the last step has just finished' }
  const { cancellable, reason } = state.saga.cancellable
  if (cancellable === false) return { accepted: false, code: 'NOT_CANCELLABLE', reason }
  const step = state.saga.steps[state.index]
  if (step?.options.cancellable !== false) return undefined
  return { accepted: false, code: 'NOT_CANCELLABLE', reason: step.options.reason, step: step.name }
}

function createState(
  engine: EngineParts,
  run: SagaRun,
  saga: SagaDefinition,
  at: StartingPoint,
  throttle: Throttle,
): RunState {
  const state: RunState = {
    ...at,
    engine,
    run,
    saga,
    reach: at.index < 0 ? at.index : furthestBegun(saga, at.outputs.length),
    unwritten: [],
    isAgain: false,
    phase: 'queued',
    finishing: false,
    onDrop: new Set(),
    percent: percentOf(saga, at.outputs.length, 0),
    drop(reason, error) {
      if (state.droppedAs) return
      state.droppedAs = reason
      const cause = new SagaError('RUN_FENCED', `run ${run.runId} was let go: ${reason}`)
      state.underWay?.drop(cause)
      for (const call of state.onDrop) call()
      engine.report({ kind: 'dropped', runId: run.runId, reason, error })
    },
    progress(index, percent, message) {
      if (state.phase === 'run') state.percent = Math.max(state.percent, percentOf(saga, index, percent))
      throttle.push({ index, step: saga.steps[index]?.name ?? '', percent: state.percent, message })
    },
  }
  return state
}
