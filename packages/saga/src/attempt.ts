import type { Clock } from './clock.ts'
import { SagaError } from './errors.ts'

/** How one execution of a step or an undo ended. */
export type Attempt =
  | { status: 'ok'; value: unknown }
  /** `late`: the promise was still pending when the grace was over; it settles whenever it will. */
  | { status: 'failed'; error: unknown; late?: Promise<void> }
  /** The run is not ours any more: nothing may follow. */
  | { status: 'dropped' }

export interface AttemptOptions {
  clock: Clock
  timeoutMs: number
  /** How long an aborted promise may take to settle. */
  graceMs: number
  /** Aborting it aborts the attempt; the reason becomes the error. */
  controller: AbortController
  /** Resolves when the run is dropped. */
  dropped: Promise<unknown>
  /** Names the step in errors. */
  what: string
}

/**
 * Executes once, with a deadline. When the deadline passes or the attempt is aborted, the signal tells the work to stop and
 * the attempt still waits for the promise to settle, because whatever follows (the undo!) must not overtake an effect that
 * is under way; after the grace it goes on without.
 */
export async function attempt(
  work: (expire: () => void) => Promise<unknown>,
  options: AttemptOptions,
): Promise<Attempt> {
  const { clock, controller } = options
  const expire = () => controller.abort(timeout(options))
  const cancelTimer = clock.after(options.timeoutMs, expire)
  const settled = work(expire).then(
    (value): Attempt => ({ status: 'ok', value }),
    (error): Attempt => ({ status: 'failed', error }),
  )
  const grace = graceAfterAbort(options)
  const dropped = options.dropped.then((): Attempt => ({ status: 'dropped' }))
  const first = await Promise.race([dropped, settled, grace.over])
  cancelTimer()
  grace.stop()
  if (first === 'graceOver') {
    return { status: 'failed', error: controller.signal.reason, late: settled.then(() => {}) }
  }
  return verdict(first, controller.signal)
}

/** A timed-out step has failed even if it worked in the end; a cancelled one that worked has worked. */
function verdict(result: Attempt, signal: AbortSignal): Attempt {
  if (!signal.aborted || result.status === 'dropped') return result
  const { reason } = signal
  if (result.status === 'ok' && !isTimeout(reason)) return result
  return { status: 'failed', error: reason }
}

function isTimeout(error: unknown): boolean {
  return error instanceof SagaError && error.code === 'STEP_TIMEOUT'
}

function timeout({ what, timeoutMs }: AttemptOptions): SagaError {
  return new SagaError('STEP_TIMEOUT', `${what} did not finish within ${timeoutMs} ms`)
}

function graceAfterAbort({ clock, graceMs, controller }: AttemptOptions) {
  let stop = () => {}
  const over = new Promise<'graceOver'>((resolve) => {
    const begin = () => {
      stop = clock.after(graceMs, () => resolve('graceOver'))
    }
    if (controller.signal.aborted) return begin()
    controller.signal.addEventListener('abort', begin, { once: true })
    stop = () => controller.signal.removeEventListener('abort', begin)
  })
  return { over, stop: () => stop() }
}
