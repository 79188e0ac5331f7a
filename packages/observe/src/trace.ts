/**
 * Traces: spans with W3C trace context (https://www.w3.org/TR/trace-context/), in OpenTelemetry's terms. Without a tracer there is no
 * span, and {@link inSpan} is a plain call.
 */
import { randomBytes } from 'node:crypto'
import { context, withSpan } from './context.ts'
import { redactText } from './redact.ts'

export type SpanKind = 'internal' | 'server' | 'client'

export interface SpanOptions {
  kind?: SpanKind
  attributes?: Readonly<Record<string, string | number | boolean | undefined>>
}

/** A piece of work that was timed. */
export interface EndedSpan {
  traceId: string
  spanId: string
  parentSpanId: string | undefined
  name: string
  kind: SpanKind
  /** Nanoseconds since the epoch. */
  startNanos: bigint
  endNanos: bigint
  attributes: Readonly<Record<string, string | number | boolean | undefined>>
  /** Why it failed. */
  error?: string
}

export interface Span {
  readonly traceId: string
  readonly spanId: string
  /** As a header: `00-<trace>-<span>-01`. */
  readonly traceparent: string
  set(attributes: SpanOptions['attributes']): void
  rename(name: string): void
  /** Begins a span below this one. */
  child(name: string, options?: SpanOptions): Span
  /** Ends it; later calls do nothing. */
  end(error?: unknown): void
}

export interface TracerOptions {
  /** Takes each span when it has ended. Must not throw. */
  onEnd(span: EndedSpan): void
  /** Share of the traces that begin here which are kept, 0 to 1; those that others began follow their flag. */
  sampling?: number
}

export interface Tracer {
  /** Begins a span below `parent` (a `traceparent` header), or a new trace. Undefined when it is not sampled. */
  start(name: string, options?: SpanOptions & { parent?: string | null }): Span | undefined
}

const TRACEPARENT = /^00-(?!0{32})([0-9a-f]{32})-(?!0{16})([0-9a-f]{16})-([0-9a-f]{2})$/

const id = (bytes: number): string => randomBytes(bytes).toString('hex')

const startedAtNanos = BigInt(Math.round(performance.timeOrigin * 1e6))
const nowNanos = (): bigint => startedAtNanos + BigInt(Math.round(performance.now() * 1e6))

function begin(
  onEnd: TracerOptions['onEnd'],
  traceId: string,
  parentSpanId: string | undefined,
  name: string,
  { kind = 'internal', attributes = {} }: SpanOptions,
): Span {
  const spanId = id(8)
  const startNanos = nowNanos()
  const own = { name, attributes }
  let isOpen = true
  return {
    traceId,
    spanId,
    traceparent: `00-${traceId}-${spanId}-01`,
    set(more) {
      own.attributes = { ...own.attributes, ...more }
    },
    rename(other) {
      own.name = other
    },
    child: (below, options = {}) => begin(onEnd, traceId, spanId, below, options),
    end(error) {
      if (!isOpen) return
      isOpen = false
      const failed =
        error === undefined ? {} : { error: redactText(error instanceof Error ? error.message : String(error)) }
      onEnd({ traceId, spanId, parentSpanId, kind, startNanos, endNanos: nowNanos(), ...own, ...failed })
    },
  }
}

export function createTracer({ onEnd, sampling = 1 }: TracerOptions): Tracer {
  return {
    start(name, { parent, ...options } = {}) {
      const [, traceId, parentSpanId, flags] = TRACEPARENT.exec(parent ?? '') ?? []
      const isSampled = flags === undefined ? Math.random() < sampling : (Number.parseInt(flags, 16) & 1) === 1
      return isSampled ? begin(onEnd, traceId ?? id(16), parentSpanId, name, options) : undefined
    },
  }
}

/** The trace context to hand on, if there is one. */
export const traceparent = (): string | undefined => context().span?.traceparent

/** Runs `work` in a span below the one around it; without one it is just run. */
export async function inSpan<T>(
  name: string,
  options: SpanOptions,
  work: (span: Span | undefined) => Promise<T>,
): Promise<T> {
  const around = context().span
  if (!around) return work(undefined)
  const span = around.child(name, options)
  try {
    const result = await withSpan(span, () => work(span))
    span.end()
    return result
  } catch (error) {
    span.end(error)
    throw error
  }
}
