import type { Clock } from './clock.ts'
import { SagaError } from './errors.ts'

/** How one execution of a step or an undo ended. */
export type Attempt =
  | { status: 'ok'; value: unknown }
  /** `late`: the promise was still pending when the grace was over; it resolves when that settles, if ever. */
  | { status: 'failed'; error: unknown; late?: Promise<void> }
  /** The run is not ours any more: nothing may follow. */
  | { status: 'dropped' }

/** The handle on whatever is under way. */
export interface UnderWay {
  /** Asks it to stop; the reason becomes its error. */
  abort(reason: unknown): void
  /** Turns away from it at once. */
  drop(reason: unknown): void
}

export interface AttemptOptions {
  clock: Clock
  timeoutMs: number
  /** How long an aborted promise may take to settle. */
  graceMs: number
  /** Names the step in errors. */
  what: string
  /** Called before the work begins. */
  begun(handle: UnderWay): void
}

type Work = (signal: AbortSignal, expire: () => void) => Promise<unknown>

/**
 * Executes once, with a deadline. When the deadline passes or the attempt is aborted, the signal tells the work to stop and
 * the attempt still waits for the promise to settle, because whatever follows (the undo!) must not overtake an effect that
 * is under way; after the grace it goes on without.
 */
export function attempt(work: Work, options: AttemptOptions): Promise<Attempt> {
  const { clock, timeoutMs, graceMs, what } = options
  // One promise and plain callbacks: racing with a promise as long as the run would keep every attempt in memory.
  return new Promise((resolve) => {
    const controller = new AbortController()
    const { signal } = controller
    let stopTimer = () => {}
    const end = (result: Attempt) => {
      stopTimer()
      resolve(result)
    }
    const abort = (reason: unknown) => {
      if (signal.aborted) return
      stopTimer()
      stopTimer = clock.after(graceMs, () => end({ status: 'failed', error: reason, late: settled }))
      controller.abort(reason)
    }
    const drop = (reason: unknown) => {
      end({ status: 'dropped' })
      controller.abort(reason)
    }
    const expire = () => abort(new SagaError('STEP_TIMEOUT', `${what} did not finish within ${timeoutMs} ms`))
    options.begun({ abort, drop })
    stopTimer = clock.after(timeoutMs, expire)
    const settled: Promise<void> = work(signal, expire).then(
      (value) => end(verdict({ status: 'ok', value }, signal)),
      (error) => {
        end(verdict({ status: 'failed', error }, signal))
        // Whatever else the step has begun (the other half of a Promise.all) must not outlive it into the undo.
        controller.abort(error)
      },
    )
  })
}

/** A timed-out step has failed even if it worked in the end; a cancelled one that worked has worked. */
function verdict(result: Attempt, { aborted, reason }: AbortSignal): Attempt {
  if (!aborted || (result.status === 'ok' && !isTimeout(reason))) return result
  return { status: 'failed', error: reason }
}

function isTimeout(error: unknown): boolean {
  return error instanceof SagaError && error.code === 'STEP_TIMEOUT'
}
