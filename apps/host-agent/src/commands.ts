import type { HostCall } from '@basalt/contracts'
import { type Span, type Tracer, withSpan } from '@basalt/observe'
import { errorFields, type Log, type LogFields } from './log.ts'

/** A host-side method as its driver declares it. */
type Method = (params: never, call: HostCall) => Promise<unknown>

/** Commands that only read; they are too many to be worth a line each. */
const READS = new Set(['observe', 'consoleLog', 'guestAddresses', 'usage', 'list'])

/**
 * Wraps a driver's commands so that each leaves a line in the log: what, on which resource, how long, with which outcome; and a span
 * below the caller's when traces are collected.
 */
export function logged<Commands extends { [Name in keyof Commands]: Method }>(
  name: string,
  commands: Commands,
  log: Log,
  tracer?: Tracer,
): { [Name in keyof Commands & string]: Method } {
  const wrap = ([method, run]: [string, Method]): [string, Method] => [
    method,
    async (params, call) => {
      const fields = { command: `${name}.${method}`, ...commanderOf(call), ...resourcesOf(params) }
      const startedAt = performance.now()
      const tookMs = () => Math.round(performance.now() - startedAt)
      const attributes = { 'basalt.task': call.fence?.task, 'basalt.step': call.fence?.step }
      const span = call.trace && tracer?.start(fields.command, { kind: 'server', parent: call.trace, attributes })
      try {
        const value = await under(span, () => run(params, call))
        if (span) span.end()
        log(READS.has(method) ? 'debug' : 'info', 'command done', { ...fields, tookMs: tookMs() })
        return value
      } catch (error) {
        if (span) span.end(error)
        log('warn', 'command failed', { ...fields, tookMs: tookMs(), ...errorFields(error) })
        throw error
      }
    },
  ]
  return Object.fromEntries(Object.entries<Method>(commands).map(wrap)) as { [Name in keyof Commands & string]: Method }
}

/** The ids under which the control plane's own log tells of this work. */
function commanderOf({ fence, trace }: HostCall): LogFields {
  return { trace: trace?.split('-')[1], task: fence?.task, step: fence?.step, resource: fence?.resource }
}

const under = <T>(span: Span | '' | undefined, work: () => T): T => (span ? withSpan(span, work) : work())

/** Ids only: parameters also hold user data. */
function resourcesOf(params: unknown): LogFields {
  const { vm, layer, pool, domain } = (params ?? {}) as Record<string, unknown>
  const idIn = (value: unknown, key: string) => (value as Record<string, unknown> | undefined)?.[key]
  return { vm: vm ?? idIn(domain, 'vm'), layer, pool: idIn(pool, 'pool') }
}
