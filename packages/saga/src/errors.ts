import type { JsonValue } from './json.ts'

/** Every code this package raises. */
export type SagaErrorCode =
  | 'SAGA_DEFINITION_INVALID'
  | 'SAGA_UNKNOWN'
  | 'RUN_INVALID'
  | 'RUN_ALREADY_HERE'
  | 'RUN_FENCED'
  | 'RUN_CANCELLED'
  | 'STEP_TIMEOUT'
  | 'STEP_OUTPUT_NOT_JSON'
  | 'JOURNAL_MISMATCH'
  | 'JOURNAL_REJECTED'

/** The error of this package: `code` is stable, `message` is one sentence, `remedy` says what to do about it. */
export class SagaError extends Error {
  override readonly name: string = 'SagaError'
  readonly code: SagaErrorCode
  readonly remedy?: string

  constructor(code: SagaErrorCode, message: string, options: { cause?: unknown; remedy?: string } = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined)
    this.code = code
    if (options.remedy !== undefined) this.remedy = options.remedy
  }
}

/**
 * Thrown by a journal when the run's epoch is no longer ours: somebody else took the run over (or it is finished). The
 * engine then drops the run without another write and without another step.
 */
export class FencedError extends SagaError {
  override readonly name = 'FencedError'
  constructor(runId: string, epoch: number) {
    super('RUN_FENCED', `run ${runId} is not ours under epoch ${epoch} any more`)
  }
}

/** Thrown by a journal for a record that can never be written, however often it is tried. */
export class JournalRejectedError extends SagaError {
  override readonly name = 'JournalRejectedError'
  constructor(message: string, options: { cause?: unknown } = {}) {
    super('JOURNAL_REJECTED', message, options)
  }
}

/** An error as data: what the journal keeps and what users see. */
export interface ErrorData {
  /** Stable code of the error's own module; `STEP_FAILED` for an error without a code. */
  code: string
  message: string
  remedy?: string
  /** Name of the step that failed. */
  step?: string
  /** Machine-readable facts the error carried in `details`. */
  details?: JsonValue
  /** What the error was caused by, nearest first (`cause` chains and the members of an AggregateError). */
  causes?: ErrorData[]
  /** Undo steps that gave up, only with the outcome `undoFailed`. */
  undo?: ErrorData[]
}

const MAX_CAUSES = 8

/** Error as data. Text that PostgreSQL's jsonb refuses (NUL, lone surrogates) is replaced. */
export function toErrorData(error: unknown, step?: string): ErrorData {
  const data: ErrorData = single(error)
  const causes = causesOf(error).map(single)
  if (step !== undefined) data.step = step
  if (causes.length > 0) data.causes = causes
  return data
}

function single(error: unknown): ErrorData {
  if (!(error instanceof Error)) return { code: 'STEP_FAILED', message: storable(String(error)) }
  const { code, remedy, details } = error as Error & { code?: unknown; remedy?: unknown; details?: unknown }
  const data: ErrorData = {
    code: typeof code === 'string' && code !== '' ? storable(code) : 'STEP_FAILED',
    message: storable(error.message || error.name),
  }
  if (typeof remedy === 'string') data.remedy = storable(remedy)
  const facts = detailsOf(details)
  if (facts !== undefined) data.details = facts
  return data
}

function causesOf(error: unknown): unknown[] {
  const found: unknown[] = []
  const queue = nextCauses(error)
  while (queue.length > 0 && found.length < MAX_CAUSES) {
    const cause = queue.shift()
    found.push(cause)
    queue.push(...nextCauses(cause))
  }
  return found
}

function nextCauses(error: unknown): unknown[] {
  if (!(error instanceof Error)) return []
  const members = error instanceof AggregateError ? error.errors : []
  return error.cause === undefined ? members : [error.cause, ...members]
}

function detailsOf(details: unknown): JsonValue | undefined {
  if (details === null || typeof details !== 'object') return undefined
  try {
    return JSON.parse(JSON.stringify(details, (_key, value) => (typeof value === 'string' ? storable(value) : value)))
  } catch {
    // Cyclic or exotic details: the error itself matters more than its facts.
    return undefined
  }
}

function storable(text: string): string {
  return text.replace(/\0|\p{Surrogate}/gu, '\ufffd')
}
