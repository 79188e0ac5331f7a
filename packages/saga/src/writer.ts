import { pause } from './clock.ts'
import { FencedError, JournalRejectedError } from './errors.ts'
import type { FinishRecord, JournalEvent, JournalRecord } from './journal.ts'
import type { ProgressNote } from './progress.ts'
import type { RunState } from './state.ts'

/** Thrown inside an execution to leave it when the run was dropped. */
export class Dropped extends Error {}

const FIRST_RETRY_MS = 50
const LAST_RETRY_MS = 5_000

/** A record about a step of this run, still without its facts. */
export function recordOf(state: RunState, index: number, event: JournalEvent): JournalRecord {
  const { runId, epoch } = state.run
  return { runId, epoch, index, step: state.saga.steps[index]?.name ?? '', event }
}

/** @throws Dropped when the run is not ours (any more), JournalRejectedError */
export async function writeRecord(state: RunState, record: JournalRecord): Promise<void> {
  await durably(state, () => state.engine.journal.record(record))
  await afterRecords(state, record)
}

/** @throws Dropped when the run is not ours (any more), JournalRejectedError */
export async function writeFinish(state: RunState, finish: FinishRecord): Promise<void> {
  await durably(state, () => state.engine.journal.finish(finish))
  if (finish.last) await afterRecords(state, finish.last)
}

/** Progress is only news: a write that fails is forgotten, but a fence counts. */
export async function writeProgress(state: RunState, note: ProgressNote): Promise<void> {
  const { index, percent, message } = note
  if (state.droppedAs || state.finishing) return
  try {
    await state.engine.journal.record({ ...recordOf(state, index, 'progress'), percent, message })
  } catch (error) {
    if (error instanceof FencedError && !state.finishing) state.drop('lost', error)
    else if (!state.finishing) state.engine.report({ kind: 'journalTrouble', runId: state.run.runId, error })
  }
}

export function checkOurs(state: RunState): void {
  if (state.droppedAs) throw new Dropped()
}

async function afterRecords(state: RunState, record: JournalRecord): Promise<void> {
  const { faults, faultHandle } = state.engine
  if (faults)
    for (const each of [...(record.earlier ?? []), record])
      await faults.afterRecord?.(each, faultHandle(state.run.runId))
  checkOurs(state)
}

async function durably(state: RunState, write: () => Promise<void>): Promise<void> {
  for (let delayMs = FIRST_RETRY_MS; ; delayMs = Math.min(LAST_RETRY_MS, delayMs * 2)) {
    checkOurs(state)
    try {
      await write()
      return checkOurs(state)
    } catch (error) {
      if (error instanceof Dropped || error instanceof JournalRejectedError) throw error
      if (error instanceof FencedError) state.drop('lost', error)
      else state.engine.report({ kind: 'journalTrouble', runId: state.run.runId, error })
    }
    checkOurs(state)
    const { over, wake } = pause(state.engine.clock, delayMs)
    state.onDrop.add(wake)
    await over
    state.onDrop.delete(wake)
  }
}
