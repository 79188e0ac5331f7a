import { type ErrorData, JournalRejectedError, toErrorData } from './errors.ts'
import { doneBefore, runStep, undoStep } from './execute.ts'
import type { JournalRecord } from './journal.ts'
import type { JsonValue } from './json.ts'
import type { RunState } from './state.ts'
import { checkOurs, Dropped, recordOf, writeFinish, writeRecord } from './writer.ts'

type Forward = { outputs: Record<string, JsonValue> } | { error: ErrorData }

/** Runs the steps after the last one done; ends with the outcome `succeeded` written, or with the first failure. */
export async function forward(state: RunState): Promise<Forward> {
  state.phase = 'run'
  const { steps } = state.saga
  for (let index = state.outputs.length; index < steps.length; index++) {
    if (state.undoing) return state.undoing
    state.index = index
    const failure = await advance(state, index)
    if (failure !== undefined) return { error: toErrorData(failure.error, steps[index]?.name) }
  }
  if (state.undoing) return state.undoing
  if (!state.finishing) await succeed(state)
  return { outputs: doneBefore(state, steps.length) }
}

/** One step and its record; the last step's record travels with the outcome. */
async function advance(state: RunState, index: number): Promise<{ error: unknown } | undefined> {
  const result = await runStep(state, index)
  checkOurs(state)
  if (result.status === 'dropped') throw new Dropped()
  if (result.status === 'failed') return result
  state.outputs[index] = result.output
  const record: JournalRecord = {
    ...recordOf(state, index, 'done'),
    output: result.output,
    attached: result.attached,
  }
  const isLast = index === state.saga.steps.length - 1
  // Which step is under way is news, and not needed for a resume.
  if (!isLast) state.progress(index + 1, 0)
  try {
    await (isLast && !state.undoing ? succeed(state, record) : writeRecord(state, record))
    return undefined
  } catch (error) {
    if (!(error instanceof JournalRejectedError)) throw error
    state.finishing = false
    return { error }
  }
}

function succeed(state: RunState, last?: JournalRecord): Promise<void> {
  state.finishing = true
  const { runId, epoch } = state.run
  const outputs = doneBefore(state, state.saga.steps.length)
  return writeFinish(state, { runId, epoch, outcome: 'succeeded', outputs, last })
}

/**
 * Undoes in reverse, from the step that failed (its effect may have happened) down to the first. An undo that gives up
 * does not keep the others from being tried.
 */
export async function backward(state: RunState): Promise<{ outcome: 'undone' | 'undoFailed'; error: ErrorData }> {
  state.phase = 'undo'
  const { from, error: first } = state.undoing ?? {
    from: -1,
    error: { code: 'STEP_FAILED', message: 'nothing failed' },
  }
  const pending = undoable(state, from)
  const failures: ErrorData[] = []
  let last: JournalRecord | undefined
  for (const [position, index] of pending.entries()) {
    state.index = index
    const failure = await takeBack(state, index)
    if (failure) {
      failures.push(failure)
      continue
    }
    const record = recordOf(state, index, 'undone')
    if (position < pending.length - 1) await writeRecord(state, record)
    else last = record
  }
  const outcome = failures.length === 0 ? 'undone' : 'undoFailed'
  const error = failures.length === 0 ? first : { ...first, undo: failures }
  state.finishing = true
  const { runId, epoch } = state.run
  await writeFinish(state, { runId, epoch, outcome, error, last })
  return { outcome, error }
}

async function takeBack(state: RunState, index: number): Promise<ErrorData | undefined> {
  const result = await undoStep(state, index)
  checkOurs(state)
  if (result.status === 'dropped') throw new Dropped()
  return result.status === 'failed' ? toErrorData(result.error, state.saga.steps[index]?.name) : undefined
}

/** Indices still to be undone, last first. */
function undoable(state: RunState, from: number): number[] {
  return state.saga.steps
    .slice(0, from + 1)
    .flatMap((step, index) => (typeof step.undo === 'function' && !state.undone.has(index) ? [index] : []))
    .reverse()
}
