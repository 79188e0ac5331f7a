/** What programs tell of themselves: logs, metrics, traces; knows no product and needs no other package. */
export { capture, context, type Facts, note, outside, within, withSpan } from './context.ts'
export { createLineWriter } from './line-writer.ts'
export { createLog, errorFields, LEVELS, type Log, type LogLevel, type LogOptions } from './log.ts'
export { type Counter, createMetrics, type Gauge, type Histogram, type Metrics } from './metrics.ts'
export { createOtlpExporter, type OtlpExporter, type OtlpOptions } from './otlp.ts'
export { createRedactor, REDACTED, type Redactor, redactText, secretsIn, withoutSecrets } from './redact.ts'
export {
  createTracer,
  type EndedSpan,
  inSpan,
  type Span,
  type SpanKind,
  type SpanOptions,
  type Tracer,
  type TracerOptions,
  traceparent,
} from './trace.ts'
