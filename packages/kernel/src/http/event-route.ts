/** `GET /v1/events`: the event stream as server-sent events, resumable by `Last-Event-ID`. */
import { once } from 'node:events'
import { isFor, isUuid } from '@basalt/resource'
import { accessOf, audienceOf } from '../access/grants.ts'
import type { Caller } from '../caller.ts'
import type { EventFilter, Events, ResourceEvent } from '../events.ts'
import type { Route } from '../module.ts'
import { isOutage, outlast } from '../pressure/outage.ts'
import { invalidField } from '../problem.ts'
import type { Store } from '../store.ts'

/** How long a quiet stream sleeps before it looks for what other nodes wrote. */
const POLL_MS = 500
const KEEP_ALIVE_MS = 15_000
/** How long a quiet stream may outlive its session. */
const CHECK_CALLER_MS = 1_000

function filterOf(query: Record<string, string>, { resources }: Store['catalogue'], caller: Caller): EventFilter {
  if (query.resource !== undefined && !isUuid(query.resource))
    throw invalidField('resource', 'must be a UUID', 'Give the id of a resource.')
  const kinds = query.kind?.split(',')
  const isKnown = (name: string): boolean =>
    resources.some(({ kind, audience }) => kind === name && isFor(audience, audienceOf(caller)))
  if (kinds && !kinds.every(isKnown))
    throw invalidField('kind', 'names a kind that does not exist', 'GET /v1/kinds lists them.')
  return { kinds, resource: query.resource }
}

/** Grants are the same objects as long as nothing that decides about rights has changed. */
function hasSameRights(one: Caller, other: Caller): boolean {
  const [before, after] = [accessOf(one).grants, accessOf(other).grants]
  return before.length === after.length && before.every((grant, index) => grant === after[index])
}

const frame = (event: ResourceEvent): string =>
  `id: ${event.cursor}\nevent: ${event.change}\ndata: ${JSON.stringify(event)}\n\n`

function sleepUntilFlush(store: Store, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      stop()
      clearTimeout(timer)
      signal.removeEventListener('abort', done)
      resolve()
    }
    const stop = store.onFlush(done)
    const timer = setTimeout(done, ms)
    signal.addEventListener('abort', done)
  })
}

export interface EventRouteDeps {
  events: Events
  store: Store
  closing: AbortSignal
  /** Told how long after it happened an event went out. */
  onDelivered(delayMs: number): void
  /** Told of what ended a stream and is a bug: its client only sees the end, and comes back. */
  onError(error: unknown, request: { id: string; method: string; url: string }): void
}

export function eventRoute({ events, store, closing, onDelivered, onError }: EventRouteDeps): Route {
  return {
    method: 'GET',
    path: '/v1/events',
    admission: 'stream',
    operation: {
      operationId: 'events.stream',
      summary: 'Follow changes as server-sent events; go on where you were with Last-Event-ID.',
      parameters: [
        {
          name: 'kind',
          in: 'query',
          description: 'Only these kinds, separated by commas.',
          schema: { type: 'string' },
        },
        {
          name: 'resource',
          in: 'query',
          description: 'Only this resource.',
          schema: { type: 'string', format: 'uuid' },
        },
        {
          name: 'Last-Event-ID',
          in: 'header',
          description: 'Cursor of the last event seen.',
          schema: { type: 'string' },
        },
      ],
      responses: {
        '200': { description: 'The stream.', content: { 'text/event-stream': { schema: { type: 'string' } } } },
      },
    },
    async handle({ caller: begun, query, request, reply, current }) {
      let caller = begun
      const filter = filterOf(query, store.catalogue, caller)
      const header = request.headers['last-event-id']
      let cursor = typeof header === 'string' ? header : await events.now()
      let page = await events.read(caller, cursor, filter)
      const gone = new AbortController()
      const { raw } = reply.hijack()
      raw.on('close', () => gone.abort())
      const signal = AbortSignal.any([gone.signal, closing])
      raw.writeHead(200, {
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-content-type-options': 'nosniff',
      })
      if (request.method === 'HEAD') return void raw.end()
      raw.write(`retry: 1000\nid: ${cursor}\n\n`)
      try {
        let quietSince = Date.now()
        let checkedAt = Date.now()
        while (!signal.aborted) {
          const wanted = (): boolean => !signal.aborted
          const text = page.events.map(frame).join('')
          // Nothing is told to a session that has ended, however short ago.
          if (text || Date.now() - checkedAt > CHECK_CALLER_MS) {
            // A stream outlasts an outage: it goes on where it was.
            const now = await outlast(current, wanted)
            if (!now) break
            const isAsBefore = hasSameRights(now, caller)
            caller = now
            checkedAt = Date.now()
            // What was read with rights of before is read again: nothing is told that was taken away, however short ago.
            if (text && !isAsBefore) {
              const from = cursor
              page = await outlast(() => events.read(now, from, filter), wanted)
              continue
            }
          }
          // The cursor moves on also over what this caller may not see.
          const beat = text || (Date.now() - quietSince > KEEP_ALIVE_MS ? `id: ${page.cursor}\n: still here\n\n` : '')
          if (beat) quietSince = Date.now()
          // Rejects when the client goes meanwhile, which ends the loop.
          if (beat && !raw.write(beat)) await once(raw, 'drain', { signal }).catch(() => gone.abort())
          for (const { at } of page.events) onDelivered(Date.now() - Date.parse(at))
          cursor = page.cursor
          if (!page.more) await sleepUntilFlush(store, POLL_MS, signal)
          const [from, viewer] = [cursor, caller]
          if (wanted()) page = await outlast(() => events.read(viewer, from, filter), wanted)
        }
      } catch (error) {
        if (!isOutage(error)) onError(error, { id: request.id, method: request.method, url: request.url })
      }
      raw.end()
    },
  }
}
