import type { SagaDefinition } from './define.ts'
import { type ErrorData, SagaError } from './errors.ts'
import type { JsonValue } from './json.ts'

/**
 * A run that was durably accepted. The kernel keeps it and may hang more on it (account, request id): the engine hands the
 * same object to `bind`.
 */
export interface SagaRun {
  /** The task's id (UUID). */
  runId: string
  saga: string
  version: number
  /** Grows with every take-over; safe integer below 2^52. */
  epoch: number
  /** The resources (UUIDs) that the run has claimed; the first is the one the task is about. */
  resources: readonly string[]
  input: JsonValue
  /** UUIDs chosen before the first step, by the names the saga declares. */
  ids: Readonly<Record<string, string>>
}

/**
 * - `done`: the step worked, `output` is what it returned.
 * - `undoing`: from here on the run is only undone, beginning with step `index` (-1: nothing ever ran); `error` is why.
 * - `undone`: the step's undo worked.
 * - `progress`: `percent` of the whole run and maybe a `message`; not needed for a resume, a journal may forget older ones.
 */
export type JournalEvent = 'done' | 'undoing' | 'undone' | 'progress'

/** What a journal keeps about one step and gives back on a resume. Unique by run, index and event (but `progress`). */
export interface JournalEntry {
  index: number
  /** Name of the step; '' when `index` is -1. */
  step: string
  event: JournalEvent
  output?: JsonValue
  error?: ErrorData
}

/** One write. The same record may come again after an unclear answer: it must be written once. */
export interface JournalRecord extends JournalEntry {
  runId: string
  epoch: number
  /** Of the whole run, 0..100; with `progress`. */
  percent?: number
  /** With `progress`. */
  message?: string
  /** With `done`: what the step attached, to become durable in the same flush. */
  attached?: readonly unknown[]
  /** Records of steps before this one that waited for it: all of them are written, or none. */
  earlier?: readonly JournalRecord[]
}

export type Outcome = 'succeeded' | 'undone' | 'undoFailed'

/** The end of a run. */
export interface FinishRecord {
  runId: string
  epoch: number
  outcome: Outcome
  /** The first failure; its `undo` lists undo steps that gave up. Absent when the run succeeded. */
  error?: ErrorData
  /** Outputs of the steps by name, when the run succeeded. */
  outputs?: Record<string, JsonValue>
  /** The last step record (`done` of the last step, `undone` of the first one): to be written in the same flush. */
  last?: JournalRecord
}

/**
 * The durable journal. Both methods resolve when the write is durable, and reject with
 * - FencedError when the run is not ours under this epoch (or is finished): the engine drops the run,
 * - JournalRejectedError when this very record can never be written: a `done` then counts as a failure of the step,
 * - anything else when the journal is in trouble: the engine tries again with back-off until it works.
 */
export interface Journal {
  record(record: JournalRecord): Promise<void>
  /** The end; resolves again when the very same end comes twice. Writes the outcome and, in the same flush, whatever the kernel derives from it (the resource's end state). */
  finish(record: FinishRecord): Promise<void>
}

/** Where a run stands according to its journal. */
export interface Position {
  /** Outputs of the steps done, by index; no holes. */
  outputs: JsonValue[]
  undoing?: { from: number; error: ErrorData }
  /** Indices of the steps undone. */
  undone: Set<number>
}

/**
 * Reads a journal; the order of entries does not matter.
 * @throws SagaError JOURNAL_MISMATCH when the entries are not of this saga's steps
 */
export function readJournal(saga: SagaDefinition, entries: readonly JournalEntry[]): Position {
  const position: Position = { outputs: [], undone: new Set() }
  const sorted = [...entries].sort((a, b) => a.index - b.index)
  for (const entry of sorted) {
    checkEntry(saga, entry)
    if (entry.event === 'undoing') position.undoing = { from: entry.index, error: entry.error ?? unknownFailure }
    if (entry.event === 'undone') position.undone.add(entry.index)
    if (entry.event !== 'done') continue
    if (entry.index > position.outputs.length)
      throw mismatch(saga, `step ${entry.step} is done before the steps it needs`)
    position.outputs[entry.index] = entry.output ?? null
  }
  return position
}

const unknownFailure: ErrorData = { code: 'STEP_FAILED', message: 'the cause was not recorded' }

function checkEntry(saga: SagaDefinition, entry: JournalEntry): void {
  if (entry.index === -1 && entry.event === 'undoing') return
  const expected = saga.steps[entry.index]?.name
  if (expected !== entry.step) throw mismatch(saga, `step ${entry.index} is ${expected ?? 'absent'}, not ${entry.step}`)
}

function mismatch(saga: SagaDefinition, message: string): SagaError {
  return new SagaError('JOURNAL_MISMATCH', `journal does not fit ${saga.name} version ${saga.version}: ${message}`, {
    remedy: 'Register the step list the run was started with under its own version.',
  })
}
