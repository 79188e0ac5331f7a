import type { SagaRun } from './journal.ts'

/** What is to become durable together with the record that a step is done. */
export interface Attachment {
  /** The journal knows what it is. */
  readonly what: readonly unknown[]
  /** When it is refused, the step is done again, once, instead of failing. */
  readonly isTentative?: boolean
  /** Called when it is durable, or never will be. */
  readonly settled?: () => void
}

export type Phase = 'run' | 'undo'

/** Who acts: what `bind` needs to make dependencies that carry a fence and stop with the step. */
export interface StepContext<Run extends SagaRun = SagaRun> {
  /** The task's id. */
  readonly runId: string
  readonly saga: string
  readonly version: number
  readonly step: string
  readonly phase: Phase
  /** Counts the executions of this phase of this step on this engine, from 1. */
  readonly attempt: number
  readonly epoch: number
  /**
   * The epoch to put on effects: grows with the run's epoch and once more when undoing begins (2 x epoch, + 1 for undo). A
   * command of a step that is still under way somewhere when its undo reaches the resource is thereby refused.
   */
  readonly fenceEpoch: number
  readonly resources: readonly string[]
  /** Aborted when the step may not act any more; dependencies must refuse new effects from then on. */
  readonly signal: AbortSignal
  readonly attached: Attachment[]
  /** Whether the step is done again since something tentative was refused: now it should write by itself. */
  readonly isAgain: boolean
  /** The run as it was accepted. */
  readonly run: Run
}
