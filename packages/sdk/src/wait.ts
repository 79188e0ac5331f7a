/** Waiting for a resource: told by the event stream, and looked at now and then should the stream be held up on its way. */
import { ApiProblem, SdkError } from './errors.ts'
import { followEvents } from './events.ts'
import type { Http } from './http.ts'

export interface WaitOptions {
  /** Give up after this long. Default 10 minutes. */
  timeoutMs?: number
  signal?: AbortSignal
}

export interface WaitFor<Row> extends WaitOptions {
  kind: string
  /** Collection path, e.g. `/v1/vms`. */
  path: string
  id: string
  /** Called with every version of the resource that is seen. */
  predicate: (row: Row) => boolean
  /** Resolve with the last version when the resource is deleted, instead of throwing. */
  orGone?: boolean
}

const LOOK_MS = 5_000
const DEFAULT_TIMEOUT_MS = 600_000

const gone = (kind: string, id: string): SdkError =>
  new SdkError('RESOURCE_GONE', `The ${kind} ${id} was deleted.`, { remedy: 'Nothing is left to wait for.' })

/** Resolves with the first version of the resource for which the predicate holds. */
export async function waitForRow<Row>(http: Http, options: WaitFor<Row>): Promise<Row | undefined> {
  const { kind, path, id, predicate } = options
  const timeoutMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS
  const done = new AbortController()
  const outer = AbortSignal.any([AbortSignal.timeout(timeoutMs), ...(options.signal ? [options.signal] : [])])
  const { promise, resolve, reject } = deferred<Row | undefined>()
  const vanish = (last?: Row): void => (options.orGone ? resolve(last) : reject(gone(kind, id)))

  const check = (row: Row): void => {
    try {
      if (predicate(row)) resolve(row)
    } catch (error) {
      reject(error)
    }
  }
  const look = (): void => {
    http
      .call<Row>('GET', `${path}/${encodeURIComponent(id)}`, undefined, { signal: done.signal })
      .then(check, (error) => {
        if (error instanceof ApiProblem && error.status === 404) vanish()
        // A lost connection is tried again at the next look.
        else if (error instanceof ApiProblem && error.status < 500) reject(error)
      })
  }
  const listen = async (): Promise<void> => {
    const filter = { kinds: [kind], resource: id, signal: done.signal, onOpen: look }
    for await (const event of followEvents<Row>(http, filter))
      if (event.change === 'deleted') vanish(event.data)
      else check(event.data)
  }

  const abort = (): void => reject(abortError(outer, options.signal, `The ${kind} ${id}`, timeoutMs))
  outer.addEventListener('abort', abort, { once: true })
  if (outer.aborted) abort()
  const timer = setInterval(look, LOOK_MS)
  look()
  // Without the stream the looks go on; what keeps us from looking as well is reported by them.
  listen().catch((error) => error instanceof ApiProblem || reject(error))
  try {
    return await promise
  } finally {
    clearInterval(timer)
    outer.removeEventListener('abort', abort)
    done.abort()
  }
}

function abortError(outer: AbortSignal, signal: AbortSignal | undefined, what: string, timeoutMs: number): unknown {
  if (signal?.aborted) return signal.reason
  return new SdkError('DEADLINE_EXCEEDED', `${what} did not get there within ${timeoutMs} ms.`, {
    remedy: 'It may still be under way: look at its task.',
    cause: outer.reason,
  })
}

function deferred<T>() {
  let resolve: (value: T) => void = () => {}
  let reject: (error: unknown) => void = () => {}
  const promise = new Promise<T>((yes, no) => {
    resolve = yes
    reject = no
  })
  return { promise, resolve, reject }
}
