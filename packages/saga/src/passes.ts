import { type ErrorData, JournalRejectedError, toErrorData } from './errors.ts'
import { doneBefore, runStep, undoStep } from './execute.ts'
import type { JournalRecord } from './journal.ts'
import type { JsonValue } from './json.ts'
import type { RunState, Unwritten } from './state.ts'
import { joined, letGoOf, mayWait, takeUnwritten, withoutAttached } from './unwritten.ts'
import { checkOurs, Dropped, recordOf, writeFinish, writeRecord } from './writer.ts'

type Forward = { outputs: Record<string, JsonValue> } | { error: ErrorData }

/** Why a step, or its record, did not work; `again`: the steps whose records were refused together are done once more. */
type Setback = { error: unknown } | 'again'

/** Runs the steps after the last one done; ends with the outcome `succeeded` written, or with the first failure. */
export async function forward(state: RunState): Promise<Forward> {
  state.phase = 'run'
  const { steps } = state.saga
  for (let index = state.outputs.length; index < steps.length; index++) {
    if (state.undoing) return state.undoing
    state.index = index
    state.reach = Math.max(state.reach, index)
    const setback = await advance(state, index)
    if (setback === 'again') index = state.outputs.length - 1
    else if (setback) return { error: toErrorData(setback.error, steps[index]?.name) }
  }
  if (state.undoing) return state.undoing
  if (!state.finishing) await succeed(state)
  return { outputs: doneBefore(state, steps.length) }
}

/** One step and its record, which may wait for the next one's; the last step's record travels with the outcome. */
async function advance(state: RunState, index: number): Promise<Setback | undefined> {
  const result = await runStep(state, index)
  checkOurs(state)
  if (result.status === 'dropped') throw new Dropped()
  if (result.status === 'failed') return result
  state.outputs[index] = result.output
  const record = { ...recordOf(state, index, 'done'), output: result.output }
  state.unwritten.push({ record, attached: result.attached })
  // Which step is under way is news, and not needed for a resume.
  if (index < state.saga.steps.length - 1) state.progress(index + 1, 0)
  return mayWait(state, index) ? undefined : write(state, index === state.saga.steps.length - 1)
}

/** Writes all records that wait; the last step's with the outcome. */
async function write(state: RunState, isLast: boolean): Promise<Setback | undefined> {
  const unwritten = takeUnwritten(state)
  const record = joined(unwritten)
  if (!record) return undefined
  try {
    await (isLast && !state.undoing ? succeed(state, record) : writeRecord(state, record))
    state.isAgain = false
    return undefined
  } catch (error) {
    if (!(error instanceof JournalRejectedError)) throw error
    state.finishing = false
    return refused(state, unwritten, error)
  } finally {
    letGoOf(unwritten)
  }
}

/** The journal took none of them: either all these steps are done again, or the run is undone. */
function refused(state: RunState, unwritten: readonly Unwritten[], error: unknown): Setback {
  const isTentative = unwritten.some(({ attached }) => attached.some((each) => each.isTentative))
  if (!isTentative || state.isAgain || state.undoing) {
    state.unwritten = withoutAttached(unwritten)
    return { error }
  }
  state.isAgain = true
  state.outputs.length = unwritten[0]?.record.index ?? state.outputs.length
  return 'again'
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
