/** Traces by OTLP, when a collector is configured. */
import { createOtlpExporter, createTracer, type Log, type Tracer } from '@basalt/observe'

export interface TracingConfig {
  endpoint?: string
  headers?: Record<string, string>
  sampling: number
}

export interface Tracing {
  /** Undefined when nobody collects traces. */
  tracer: Tracer | undefined
  /** Delivers what is left. */
  close(): Promise<void>
}

/** `name=value,name=value`, as OTEL_EXPORTER_OTLP_HEADERS has them. */
const headersOf = (text = ''): Record<string, string> =>
  Object.fromEntries(
    text
      .split(',')
      .map((pair) => pair.split('='))
      .filter(([name]) => name?.trim())
      .map(([name = '', ...value]) => [name.trim(), decodeURIComponent(value.join('=').trim())]),
  )

/** @param env OpenTelemetry's own variables count where the settings say nothing */
export function startTracing(
  config: TracingConfig,
  resource: { node: string; version: string },
  log: Pick<Log, 'error'>,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Tracing {
  const endpoint = config.endpoint ?? env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT ?? env.OTEL_EXPORTER_OTLP_ENDPOINT
  if (!endpoint) return { tracer: undefined, close: async () => {} }
  const exporter = createOtlpExporter({
    endpoint,
    headers: config.headers ?? headersOf(env.OTEL_EXPORTER_OTLP_HEADERS),
    resource: {
      'service.name': env.OTEL_SERVICE_NAME ?? 'basalt-control-plane',
      'service.instance.id': resource.node,
      'service.version': resource.version,
    },
    onError: (error) => log.error('traces could not be delivered', { error: String(error) }),
  })
  return { tracer: createTracer({ onEnd: exporter.onEnd, sampling: config.sampling }), close: exporter.close }
}
