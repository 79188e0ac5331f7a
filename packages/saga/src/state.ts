import type { UnderWay } from './attempt.ts'
import type { Clock } from './clock.ts'
import type { Attachment, Phase, StepContext } from './context.ts'
import type { SagaDefinition } from './define.ts'
import type { FaultHandle, Faults } from './faults.ts'
import type { Journal, JournalRecord, Position, SagaRun } from './journal.ts'

/** How often an undo that fails is tried. */
export interface UndoRetry {
  attempts: number
  /** Pause after the first failure; doubles each time up to `maxDelayMs`. */
  delayMs: number
  maxDelayMs: number
}

/** Something an operator may want to know; nothing to act upon within the engine. */
export type Report =
  /** The journal did not take a write; the engine goes on trying (not for progress). */
  | { kind: 'journalTrouble'; runId: string; error: unknown }
  /** A step settled after its grace, so maybe after its undo: a reconciler should look at the run's resources. */
  | { kind: 'lateEffect'; runId: string; step: string; phase: Phase }
  /** The engine let go of a run before its end. */
  | { kind: 'dropped'; runId: string; reason: DropReason; error?: unknown }

/**
 * Why a run ended here without an outcome: `lost` to another node, `stopped` with the engine, `rejected` by the journal (a
 * record of its undo or end can never be written), `broken` by a bug in the engine or in a fault hook.
 */
export type DropReason = 'lost' | 'stopped' | 'rejected' | 'broken'

/** What all runs of an engine share. */
export interface EngineParts {
  journal: Journal
  bind(context: StepContext): object
  clock: Clock
  faults?: Faults
  faultHandle(runId: string): FaultHandle
  report(report: Report): void
  stepTimeoutMs: number
  graceMs: number
  undoRetry: UndoRetry
  progressIntervalMs: number
  isOutage(error: unknown): boolean
  around<T>(context: StepContext, work: () => Promise<T>): Promise<T>
}

/** That a step is done, still without its record in the journal. */
export interface Unwritten {
  readonly record: JournalRecord
  readonly attached: readonly Attachment[]
}

/** The live state of one run. */
export interface RunState extends Position {
  readonly engine: EngineParts
  readonly run: SagaRun
  readonly saga: SagaDefinition
  /** The step that runs or ran last (or may have run, after a resume); -1 when nothing ever ran. */
  index: number
  /** The furthest step that may have begun, by whichever engine: what is undone begins with it. */
  reach: number
  /** Steps that are done and whose records wait for the next one's. */
  unwritten: Unwritten[]
  /** What was attached was refused, and has not been written since. */
  isAgain: boolean
  phase: 'queued' | Phase
  /** The last record is on its way: too late for a cancel. */
  finishing: boolean
  /** The attempt that is under way, or the pause between two. */
  underWay?: UnderWay
  droppedAs?: DropReason
  /** Called when the run is dropped. */
  readonly onDrop: Set<() => void>
  /** Lets go of the run at once: no further step, no further write. */
  drop(reason: DropReason, error?: unknown): void
  /** Percent of the whole run; never falls. */
  percent: number
  progress(index: number, percent: number, message?: string): void
}
