export { type Clock, systemClock } from './clock.ts'
export type { Attachment, Phase, StepContext } from './context.ts'
export {
  type Cancellable,
  defineSaga,
  type IdsOf,
  type InputOf,
  type NoUndo,
  noUndo,
  type OutputsOf,
  type RetryOptions,
  type RunStep,
  type Saga,
  type SagaDefinition,
  type SagaOptions,
  type StepCall,
  type StepDefinition,
  type StepOptions,
  type UndoStep,
} from './define.ts'
export {
  createSagaEngine,
  type DrainResult,
  type RunStatus,
  type SagaEngine,
  type SagaEngineOptions,
} from './engine.ts'
export {
  type ErrorData,
  FencedError,
  JournalRejectedError,
  SagaError,
  type SagaErrorCode,
  toErrorData,
} from './errors.ts'
export type { CancelAnswer, RunEnd } from './execution.ts'
export type { FaultHandle, Faults, StepFault } from './faults.ts'
export type {
  FinishRecord,
  Journal,
  JournalEntry,
  JournalEvent,
  JournalRecord,
  Outcome,
  SagaRun,
} from './journal.ts'
export type { JsonCompatible, JsonValue } from './json.ts'
export { createMemoryJournal, type MemoryJournal, type MemoryRun } from './memory-journal.ts'
export { chooseIds, createSagaRegistry, type SagaRegistry } from './registry.ts'
export type { DropReason, Report, UndoRetry } from './state.ts'
