/** Keeps what the console shows up to date: one event stream, folded into the query cache. */
import { notifyManager, type Query, type QueryClient } from '@tanstack/react-query'
import type { Api } from '../api/client.ts'
import { readMessages, type StreamMessage } from '../api/event-stream.ts'
import { ApiProblem } from '../api/problem.ts'
import type { ResourceEvent, Row } from '../api/types.ts'
import { type Filter, foldEvent, newer, type Pages } from './fold.ts'

export type LiveStatus = 'connecting' | 'live' | 'offline'

export interface Live {
  status(): LiveStatus
  subscribe(listener: () => void): () => void
  /** Called with every event, after the cache knows of it. */
  onEvent(listener: (event: ResourceEvent) => void): () => void
  /** Follow the stream until the returned function is called. */
  start(): () => void
}

const FIRST_RETRY_MS = 500
const LONGEST_RETRY_MS = 15_000

const pause = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    const timer = setTimeout(resolve, ms)
    signal.addEventListener('abort', () => {
      clearTimeout(timer)
      resolve()
    })
  })

/** Only the server knows what a query means: its list is asked for again, soon. */
const ASK_AGAIN_MS = 300
const isQueried = ({ queryKey: [scope, , filter] }: Query): boolean =>
  scope === 'list' && (filter as Filter).q !== undefined

/** Lists that are asked for again, each once for all that happens in a moment. */
function createAskingAgain(queries: QueryClient): (query: Query) => void {
  const waiting = new Set<string>()
  return ({ queryHash, queryKey }) => {
    if (waiting.has(queryHash)) return
    waiting.add(queryHash)
    setTimeout(() => {
      waiting.delete(queryHash)
      void queries.invalidateQueries({ queryKey, exact: true })
    }, ASK_AGAIN_MS)
  }
}

function foldInto(query: Query, event: ResourceEvent, queries: QueryClient): void {
  const [scope, , third] = query.queryKey as [string, string, unknown]
  if (scope === 'list') {
    queries.setQueryData<Pages>(query.queryKey, (list) => list && foldEvent(list, event, third as Filter))
  } else if (third === event.resource) {
    queries.setQueryData<Row | null>(query.queryKey, (known) => {
      if (event.change === 'deleted') return null
      return known ? newer(known, event.data) : event.data
    })
  }
}

const concerns = (query: Query, kind: string): boolean =>
  ['list', 'resource'].includes(String(query.queryKey[0])) && query.queryKey[1] === kind

/** Folds events; one that arrives while an answer is under way is folded again into that answer, which may be older. */
function createFolder(queries: QueryClient) {
  const later = new Map<string, ResourceEvent[]>()
  const cache = queries.getQueryCache()
  const stop = cache.subscribe(({ type, query }) => {
    const waiting = later.get(query.queryHash)
    if (type !== 'updated' || !waiting || query.state.fetchStatus !== 'idle') return
    later.delete(query.queryHash)
    for (const event of waiting) foldInto(query, event, queries)
  })
  const askAgain = createAskingAgain(queries)
  const fold = (event: ResourceEvent): void => {
    for (const query of cache.findAll({ predicate: (each) => concerns(each, event.kind) })) {
      if (isQueried(query)) {
        askAgain(query)
        continue
      }
      if (query.state.fetchStatus === 'fetching')
        later.set(query.queryHash, [...(later.get(query.queryHash) ?? []), event])
      if (query.state.data !== undefined) foldInto(query, event, queries)
    }
  }
  return { fold, stop }
}

export function createLive({ api, queries }: { api: Api; queries: QueryClient }): Live {
  const watchers = new Set<() => void>()
  const listeners = new Set<(event: ResourceEvent) => void>()
  let status: LiveStatus = 'connecting'

  function become(next: LiveStatus): void {
    if (status === next) return
    status = next
    for (const watcher of watchers) watcher()
  }

  function apply(messages: readonly StreamMessage[], fold: (event: ResourceEvent) => void): void {
    const events = messages.flatMap(({ data }) => (data === undefined ? [] : [JSON.parse(data) as ResourceEvent]))
    notifyManager.batch(() => events.forEach(fold))
    for (const event of events) for (const listener of listeners) listener(event)
  }

  async function follow(signal: AbortSignal): Promise<void> {
    const { fold, stop } = createFolder(queries)
    let cursor: string | undefined
    let retryMs = FIRST_RETRY_MS
    while (!signal.aborted) {
      try {
        const body = await api.events(cursor, signal)
        become('live')
        // What was read before the stream began may have changed in between.
        if (cursor === undefined)
          void queries.invalidateQueries({ predicate: ({ queryKey }) => queryKey[0] !== 'kinds' })
        retryMs = FIRST_RETRY_MS
        for await (const messages of readMessages(body)) {
          cursor = messages.findLast(({ id }) => id !== undefined)?.id ?? cursor
          apply(messages, fold)
        }
      } catch (error) {
        // A cursor that the server no longer knows: begin anew.
        if (error instanceof ApiProblem && error.status === 400) cursor = undefined
      }
      if (signal.aborted) break
      become('offline')
      await pause(retryMs * (0.5 + Math.random()), signal)
      retryMs = Math.min(retryMs * 2, LONGEST_RETRY_MS)
    }
    stop()
  }

  return {
    status: () => status,
    subscribe(watcher) {
      watchers.add(watcher)
      return () => watchers.delete(watcher)
    },
    onEvent(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    start() {
      const stopped = new AbortController()
      void follow(stopped.signal)
      return () => stopped.abort()
    },
  }
}
