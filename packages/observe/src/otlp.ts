/**
 * Sends spans to a collector by OTLP/HTTP in JSON (https://opentelemetry.io/docs/specs/otlp/#otlphttp). In batches, from a bounded
 * buffer: a collector that is away costs spans, never memory and never a request.
 */
import { createRedactor } from './redact.ts'
import type { EndedSpan } from './trace.ts'

export interface OtlpOptions {
  /** Base URL of the collector, e.g. `http://localhost:4318`; `/v1/traces` is added unless the path ends so. */
  endpoint: string
  /** Headers of every request, e.g. for authentication. */
  headers?: Readonly<Record<string, string>>
  /** `service.name` and what else tells which program it was. */
  resource: Readonly<Record<string, string>>
  /** Told when spans could not be delivered. */
  onError?(error: unknown): void
  everyMs?: number
}

export interface OtlpExporter {
  onEnd(span: EndedSpan): void
  /** Spans that were thrown away because nobody took them. */
  dropped(): number
  /** Sends what is left. */
  close(): Promise<void>
}

const MAX_WAITING = 10_000
const BATCH = 500
const TIMEOUT_MS = 10_000

/** As the enumeration `SpanKind` of the protocol numbers them. */
const KINDS = { internal: 1, server: 2, client: 3 } as const
const STATUS_ERROR = 2

type Value = string | number | boolean | undefined

const attribute = ([key, value]: readonly [string, Value]) => ({
  key,
  value:
    typeof value === 'boolean'
      ? { boolValue: value }
      : typeof value === 'number'
        ? Number.isInteger(value)
          ? { intValue: String(value) }
          : { doubleValue: value }
        : { stringValue: value },
})

const attributes = (values: Readonly<Record<string, Value>>) =>
  Object.entries(values)
    .filter(([, value]) => value !== undefined)
    .map(attribute)

const redact = createRedactor()

const encode = (span: EndedSpan) => ({
  traceId: span.traceId,
  spanId: span.spanId,
  ...(span.parentSpanId ? { parentSpanId: span.parentSpanId } : {}),
  name: span.name,
  kind: KINDS[span.kind],
  startTimeUnixNano: String(span.startNanos),
  endTimeUnixNano: String(span.endNanos),
  attributes: attributes(span.attributes),
  ...(span.error === undefined ? {} : { status: { code: STATUS_ERROR, message: redact(span.error) } }),
})

const tracesUrl = (endpoint: string): string =>
  /\/v1\/traces\/?$/.test(endpoint) ? endpoint : `${endpoint.replace(/\/$/, '')}/v1/traces`

export function createOtlpExporter(options: OtlpOptions): OtlpExporter {
  const url = tracesUrl(options.endpoint)
  const onError = options.onError ?? (() => {})
  let waiting: EndedSpan[] = []
  let dropped = 0
  let sending: Promise<void> | undefined

  async function post(spans: readonly EndedSpan[]): Promise<void> {
    const body = {
      resourceSpans: [
        {
          resource: { attributes: attributes(options.resource) },
          scopeSpans: [{ scope: { name: 'basalt' }, spans: spans.map(encode) }],
        },
      ],
    }
    const response = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...options.headers },
      body: JSON.stringify(body),
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    await response.arrayBuffer()
    if (!response.ok) throw new Error(`the collector answered with status ${response.status}`)
  }

  async function drain(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting.slice(0, BATCH)
      waiting = waiting.slice(BATCH)
      try {
        await post(batch)
      } catch (error) {
        dropped += batch.length
        onError(error)
        return
      }
    }
  }

  const send = (): Promise<void> => {
    sending ??= drain().finally(() => {
      sending = undefined
    })
    return sending
  }
  const timer = setInterval(() => void send(), options.everyMs ?? 1_000)
  timer.unref()

  return {
    onEnd(span) {
      if (waiting.length >= MAX_WAITING) dropped++
      else waiting.push(span)
    },
    dropped: () => dropped,
    async close() {
      clearInterval(timer)
      await sending
      await send()
    },
  }
}
