import { SagaError } from './errors.ts'

/** Any JSON value. */
export type JsonValue = string | number | boolean | null | JsonValue[] | { [key: string]: JsonValue }

/** `T` where it survives a trip through JSON, `never` at the places where it does not. */
export type JsonCompatible<T> = T extends string | number | boolean | null
  ? T
  : T extends
        | ((...args: never[]) => unknown)
        | Date
        | bigint
        | symbol
        | undefined
        | ReadonlyMap<never, never>
        | ReadonlySet<never>
    ? never
    : T extends object
      ? { [K in keyof T]: JsonCompatible<Exclude<T[K], undefined>> | Extract<T[K], undefined> }
      : never

/** What a function without a return value gives. */
type Nothing = ReturnType<() => void>

/**
 * `unknown` when `R` may be the output of a step (JSON or nothing at all), else a type that explains the refusal. An output
 * of type `unknown` passes: TypeScript has no better guess while it infers; the engine checks again when the step ran.
 */
export type StepOutput<R> = unknown extends R
  ? unknown
  : [R] extends [Nothing]
    ? unknown
    : [R] extends [JsonCompatible<R>]
      ? unknown
      : { 'the output of a step must be JSON; null stands for nothing': never }

/** An escape of NUL or of a lone surrogate: legal JSON, but PostgreSQL's jsonb refuses both. */
const UNSTORABLE = /(?<!\\)(?:\\\\)*\\u(?:0000|d[89a-f])/

/**
 * The value as it will come back from the journal, so that a run sees the same outputs before and after a crash:
 * `undefined` becomes null, dates become text, absent stays absent.
 * @throws SagaError STEP_OUTPUT_NOT_JSON
 */
export function toJson(value: unknown, what: string): JsonValue {
  if (value === undefined || value === null) return null
  if (typeof value === 'boolean') return value
  const text = stringify(value, what)
  if (text === undefined || (text.includes('\\u') && UNSTORABLE.test(text))) {
    throw new SagaError('STEP_OUTPUT_NOT_JSON', `${what} cannot be kept as JSON`)
  }
  return JSON.parse(text) as JsonValue
}

function stringify(value: unknown, what: string): string | undefined {
  try {
    return JSON.stringify(value)
  } catch (cause) {
    throw new SagaError('STEP_OUTPUT_NOT_JSON', `${what} cannot be kept as JSON`, { cause })
  }
}
