/** Requests to the API: JSON in and out, problems as errors, deadlines, retries that never do a thing twice. */

import { problemOf, retryDelayMs } from './answers.ts'
import { ApiProblem, SdkError } from './errors.ts'
import { type Listing, listing, type Page } from './listing.ts'
import { type GroupQuery, type ListGroups, type ListQuery, type SelectionQuery, withQuery } from './query.ts'
import type { Transport, WireAnswer } from './transport.ts'

export interface CallOptions {
  /** Give up after this long. Default 30 s, and what `waitMs` takes. */
  timeoutMs?: number
  signal?: AbortSignal
  /** Answer long actions only when their task has ended, or after this long (at most 600 s). */
  waitMs?: number
  /** Of an action that must not happen twice; a fresh one for each call when absent. */
  idempotencyKey?: string
  /** Refuse (412) unless the resource still has this `version`. */
  ifVersion?: number
  /** Of a body that is text and sent as it is; others are sent as JSON. */
  contentType?: string
  /** Only answer when it changed since this ETag (status 304 otherwise). */
  ifNoneMatch?: string
}

export interface Answer<T> {
  status: number
  headers: Readonly<Record<string, string | undefined>>
  body: T
}

/** What happened with one attempt at a request; for logs. Never holds secrets. */
export interface RequestReport {
  method: string
  /** Path and query. */
  path: string
  status?: number
  error?: unknown
  durationMs: number
  attempt: number
}

export interface HttpOptions {
  /** Origin of the API, e.g. `https://cloud.example:8443`. */
  url: URL
  transport: Transport
  /** The headers of a request with those that prove who sends it; asked for each attempt. */
  authorize?: (request: Outgoing) => Record<string, string>
  /** Gets a new token when the old one has expired; false when it cannot. */
  renew?: () => Promise<boolean>
  onRequest?: (report: RequestReport) => void
  /** Deadline of a call that names none. Default 30 s. */
  timeoutMs?: number
}

/** A request as it is about to be sent. */
export interface Outgoing {
  method: string
  /** Path and query. */
  url: string
  headers: Record<string, string>
  body?: string | AsyncIterable<Uint8Array>
}

export interface StreamOptions {
  query?: SelectionQuery
  headers?: Record<string, string>
  body?: string | AsyncIterable<Uint8Array>
  signal?: AbortSignal
}

export interface Http {
  readonly url: URL
  /** The body of the answer; `undefined` when there is none. */
  call<T>(method: string, path: string, body?: unknown, options?: CallOptions): Promise<T>
  /** The same with status and headers. */
  exchange<T>(method: string, path: string, body?: unknown, options?: CallOptions): Promise<Answer<T>>
  /** A page when awaited, every item of every page when iterated. */
  list<T>(path: string, query?: ListQuery, options?: CallOptions): Listing<T>
  /** How many there are of each kind of thing. */
  grouped(path: string, query: GroupQuery, options?: CallOptions): Promise<ListGroups>
  /** One attempt without a deadline; the body of the answer as it comes. */
  stream(method: string, path: string, options?: StreamOptions): Promise<WireAnswer>
  close(): void
}

const MAX_ATTEMPTS = 4
const MAX_WAIT_MS = 600_000

function headersOf(method: string, hasBody: boolean, options: CallOptions): Record<string, string> {
  const headers: Record<string, string> = { accept: 'application/json' }
  if (hasBody) headers['content-type'] = options.contentType ?? 'application/json'
  // The server answers a repeated key with what became of the first request, so that every action can be tried again.
  if (method !== 'GET') headers['idempotency-key'] = options.idempotencyKey ?? globalThis.crypto.randomUUID()
  if (options.waitMs) headers.prefer = `wait=${Math.ceil(Math.min(options.waitMs, MAX_WAIT_MS) / 1000)}`
  if (options.ifVersion !== undefined) headers['if-match'] = `"${options.ifVersion}"`
  if (options.ifNoneMatch) headers['if-none-match'] = options.ifNoneMatch
  return headers
}

function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = (): void => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', abort)
      resolve()
    }, ms)
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) abort()
  })
}

const isTimeout = (error: unknown): boolean => (error as Error | null)?.name === 'TimeoutError'

export function createHttp(options: HttpOptions): Http {
  const { transport, url: base } = options

  async function attempt(
    method: string,
    path: string,
    init: { headers: Record<string, string>; body?: StreamOptions['body']; signal: AbortSignal },
    number: number,
  ): Promise<WireAnswer> {
    const startedAt = performance.now()
    const report = (outcome: { status?: number; error?: unknown }): void =>
      options.onRequest?.({ method, path, attempt: number, durationMs: performance.now() - startedAt, ...outcome })
    try {
      const url = new URL(path, base)
      const outgoing: Outgoing = { method, url: url.pathname + url.search, headers: init.headers, body: init.body }
      const headers = options.authorize?.(outgoing) ?? init.headers
      const answer = await transport.send({ ...init, headers, method, url })
      report({ status: answer.status })
      return answer
    } catch (error) {
      report({ error })
      throw error
    }
  }

  /** Throws what cannot be tried again; otherwise says how long to wait before. */
  async function failureDelayMs(error: unknown, number: number): Promise<number> {
    const expired = error instanceof ApiProblem && error.status === 401 && number === 1
    if (expired && (await options.renew?.())) return 0
    const delayMs = number < MAX_ATTEMPTS ? retryDelayMs(error, number) : undefined
    if (delayMs === undefined) throw error
    return delayMs
  }

  async function exchangeOnce<T>(
    method: string,
    path: string,
    init: { headers: Record<string, string>; body?: string; signal: AbortSignal },
    number: number,
  ): Promise<Answer<T>> {
    const answer = await attempt(method, path, init, number)
    const text = await answer.text()
    const { status, headers } = answer
    if (status >= 400) throw problemOf(status, headers, text)
    if (text === '') return { status, headers, body: undefined as T }
    try {
      return { status, headers, body: JSON.parse(text) as T }
    } catch (cause) {
      throw new SdkError('NOT_THE_API', `${base.origin} did not answer with JSON.`, {
        remedy: 'Check that the URL is that of the control plane.',
        cause,
      })
    }
  }

  async function exchange<T>(method: string, path: string, body?: unknown, call: CallOptions = {}): Promise<Answer<T>> {
    const timeoutMs = call.timeoutMs ?? (options.timeoutMs ?? 30_000) + (call.waitMs ?? 0)
    const deadline = AbortSignal.timeout(timeoutMs)
    const signal = call.signal ? AbortSignal.any([call.signal, deadline]) : deadline
    const headers = headersOf(method, body !== undefined, call)
    const text = body === undefined || call.contentType ? (body as string | undefined) : JSON.stringify(body)
    try {
      for (let number = 1; ; number++) {
        try {
          return await exchangeOnce<T>(method, path, { headers, body: text, signal }, number)
        } catch (error) {
          await sleep(await failureDelayMs(error, number), signal)
        }
      }
    } catch (error) {
      if (!isTimeout(error) && !(deadline.aborted && (error as Error).name === 'AbortError')) throw error
      throw new SdkError('DEADLINE_EXCEEDED', `${method} ${path} did not end within ${timeoutMs} ms.`, {
        remedy: 'It may still be under way: look before you try again.',
        cause: error,
      })
    }
  }

  const http: Http = {
    url: base,
    exchange,
    call: async <T>(method: string, path: string, body?: unknown, call?: CallOptions) =>
      (await exchange<T>(method, path, body, call)).body,
    list: <T>(path: string, query: ListQuery = {}, call?: CallOptions) =>
      listing<T>((cursor) =>
        http.call<Page<T>>(
          'GET',
          withQuery(path, cursor ? { ...query, cursor, offset: undefined } : query),
          undefined,
          call,
        ),
      ),
    grouped: (path, query, call) => http.call<ListGroups>('GET', withQuery(path, query), undefined, call),
    async stream(method, path, { query, headers = {}, body, signal = new AbortController().signal } = {}) {
      const answer = await attempt(method, withQuery(path, query), { headers, body, signal }, 1)
      if (answer.status >= 400) throw problemOf(answer.status, answer.headers, await answer.text())
      return answer
    },
    close: () => transport.close(),
  }
  return http
}
