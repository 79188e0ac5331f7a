/** The event stream: every change, in order, also across lost connections. */
import { setTimeout as sleep } from 'node:timers/promises'
import { ApiProblem, SdkError } from './errors.ts'
import { framesOf } from './event-frames.ts'
import type { Http } from './http.ts'

/** A change of a resource. */
export interface ResourceEvent<Row = Record<string, unknown>> {
  /** Where to go on from. */
  cursor: string
  kind: string
  /** Id of the resource. */
  resource: string
  change: 'created' | 'updated' | 'deleted'
  /** RFC 3339, UTC. */
  at: string
  /** The resource after the change; before it when it was deleted. */
  data: Row
}

export interface EventFilter {
  /** Only these kinds. */
  kinds?: readonly string[]
  /** Only this resource. */
  resource?: string
  /** Go on after this cursor; start now when absent. */
  after?: string
  signal?: AbortSignal
  /** Called whenever the stream is open, the first time and after each lost connection. */
  onOpen?: () => void
  /** Called whenever the connection was lost, before it is opened again. */
  onLost?: () => void
}

/** The server says something every 15 s; silence for longer than this is a lost connection. */
const SILENCE_MS = 45_000
const RETRY_MS = 1_000

/** Aborts when nothing came for `SILENCE_MS`. */
async function* guarded(chunks: AsyncIterable<Uint8Array>, onSilence: () => void): AsyncGenerator<Uint8Array> {
  const timer = setTimeout(onSilence, SILENCE_MS)
  try {
    for await (const chunk of chunks) {
      timer.refresh()
      yield chunk
    }
  } finally {
    clearTimeout(timer)
  }
}

const isLost = (error: unknown): boolean =>
  error instanceof ApiProblem ? error.status >= 500 : error instanceof SdkError && error.code === 'CONNECTION_FAILED'

/** Ends only when `filter.signal` aborts; throws when the API refuses it. A lost connection is opened again where it was. */
export async function* followEvents<Row = Record<string, unknown>>(
  http: Http,
  filter: EventFilter = {},
): AsyncGenerator<ResourceEvent<Row>> {
  let cursor = filter.after

  async function* once(): AsyncGenerator<ResourceEvent<Row>> {
    const gone = new AbortController()
    const signal = filter.signal ? AbortSignal.any([filter.signal, gone.signal]) : gone.signal
    try {
      const answer = await http.stream('GET', '/v1/events', {
        query: { kind: filter.kinds?.join(','), resource: filter.resource },
        headers: { accept: 'text/event-stream', ...(cursor ? { 'last-event-id': cursor } : {}) },
        signal,
      })
      filter.onOpen?.()
      for await (const { id, data } of framesOf(guarded(answer.chunks(), () => gone.abort()))) {
        if (id) cursor = id
        if (data) yield JSON.parse(data) as ResourceEvent<Row>
      }
    } catch (error) {
      if (!gone.signal.aborted && !isLost(error)) throw error
    } finally {
      gone.abort()
    }
  }

  try {
    while (!filter.signal?.aborted) {
      yield* once()
      filter.onLost?.()
      await sleep(RETRY_MS, undefined, { signal: filter.signal })
    }
  } catch (error) {
    if (!filter.signal?.aborted) throw error
  }
}
