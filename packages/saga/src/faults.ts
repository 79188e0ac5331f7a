import type { StepContext } from './context.ts'
import type { JournalRecord } from './journal.ts'

/** What a fault hook may do to the engine it is called from. */
export interface FaultHandle {
  /** The engine dies now: see `SagaEngine.crash`. */
  crash(): void
  /** A user cancels the run now. */
  cancel(): void
}

export interface StepFault extends FaultHandle {
  readonly context: StepContext
  /** The step's deadline passes now: its signal is aborted and it counts as timed out. */
  expire(): void
}

/**
 * Hooks around every step, for torture alone. A hook that throws makes the step (or the undo) fail as if it had thrown; the
 * deadline runs while a hook waits. `again` has the step (or the undo) executed once more at once.
 */
export interface Faults {
  /** Attempts follow each other without a pause. */
  skipPauses?: boolean
  beforeRun?(fault: StepFault): Promise<void> | void
  afterRun?(fault: StepFault): 'again' | undefined | Promise<'again' | undefined>
  beforeUndo?(fault: StepFault): Promise<void> | void
  afterUndo?(fault: StepFault): 'again' | undefined | Promise<'again' | undefined>
  /** After the record is durable, before anything follows from it. Not called for progress. */
  afterRecord?(record: JournalRecord, handle: FaultHandle): Promise<void> | void
}
