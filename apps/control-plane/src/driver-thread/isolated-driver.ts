/**
 * A driver in a thread of its own: whatever it does there, computing for ever, hanging, throwing, eating memory, the node goes on and
 * only calls of this driver fail. Every call has a deadline; a thread that does not answer is ended and started anew for the next call.
 */
import { Problem } from '@basalt/kernel'
import type { DriverSource } from './messages.ts'
import { type DriverWorker, startDriverWorker } from './worker.ts'

export interface IsolationOptions<Driver> {
  source: DriverSource
  /** For errors and logs, e.g. `OVN`. */
  title: string
  /** Every method, with the longest wait for it in milliseconds, given its arguments. */
  methods: { [Method in keyof Driver]: (args: never[]) => number }
  log(message: string, facts: Record<string, unknown>): void
  pingEveryMs?: number
  missedPings?: number
  /** After a thread that failed, the next one is not started before. */
  restartAfterMs?: number
}

/** How long a driver has to leave in order. */
const CLOSE_MS = 2_000

const unresponsive = (title: string, why: string, cause?: unknown): Problem =>
  new Problem({
    status: 504,
    code: 'DRIVER_UNRESPONSIVE',
    detail: `The driver of ${title} gave no answer: ${why}.`,
    remedy: 'Look at what it drives, then try again; it is started anew by itself. Operators: basalt doctor.',
    retryAfterSeconds: 5,
    cause,
  })

/** Makes the driver; its thread starts with the first call. `close` ends it for good. */
export function isolatedDriver<Driver extends { close(): Promise<void> }>(options: IsolationOptions<Driver>): Driver {
  const { title, source, restartAfterMs = 1_000 } = options
  let worker: DriverWorker | undefined
  let failedAt = Number.NEGATIVE_INFINITY
  let failedBy = ''
  let closed = false

  const lost = (why: string, cause?: unknown): Problem => unresponsive(title, why, cause)

  function running(): DriverWorker {
    if (closed) throw lost('it was closed')
    if (worker?.alive) return worker
    if (performance.now() - failedAt < restartAfterMs) throw lost(failedBy)
    worker = startDriverWorker({
      source,
      pingEveryMs: options.pingEveryMs ?? 1_000,
      missedPings: options.missedPings ?? 5,
      lost,
      onEnd(why) {
        if (closed) return
        failedAt = performance.now()
        failedBy = why
        options.log('a driver was ended; it is started anew when it is needed', { driver: title, why })
      },
    })
    return worker
  }

  async function call(method: string, deadlineMs: number, args: readonly unknown[]): Promise<unknown> {
    const late = new AbortController()
    const timer = setTimeout(() => late.abort(lost(`${method} took longer than ${deadlineMs} ms`)), deadlineMs)
    const theirs = args.filter((arg) => arg instanceof AbortSignal)
    try {
      return await running().call(method, args, AbortSignal.any([late.signal, ...theirs]))
    } finally {
      clearTimeout(timer)
    }
  }

  async function close(): Promise<void> {
    if (worker?.alive) await call('close', CLOSE_MS, []).catch(() => {})
    closed = true
    worker?.kill(lost('it was closed'))
  }

  const names = Object.keys(options.methods) as (keyof Driver & string)[]
  const methods = names.map((name) => [
    name,
    (...args: unknown[]) => call(name, options.methods[name](args as never[]), args),
  ])
  return { ...(Object.fromEntries(methods) as Driver), close }
}
