/** Each request: its ids in every line that it causes, one line when it is over, its counts, its span. */
import type { ServerResponse } from 'node:http'
import { capture, type Span, within, withSpan } from '@basalt/observe'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { attached } from '../attached.ts'
import { LATENCY_BUCKETS, type Observer } from './observer.ts'

/** Requests without a route of their own share one label: anybody can make up paths. */
const NO_ROUTE = 'none'

const routeOf = (request: FastifyRequest): string => request.routeOptions.url ?? NO_ROUTE

/** What is asked for all the time and tells nothing when it went well. */
const QUIET = new Set(['/v1/health', '/v1/health/ready', '/metrics'])

/** Answers to those who ask too much. */
const REFUSALS = new Set([429, 503])
/** Of them so many have a line of their own in a second: when a node is flooded its log is not, and the metrics count all. */
const REFUSALS_A_SECOND = 20

function createRefusalLimit(): (status: number) => boolean {
  let [second, count] = [0, 0]
  return (status) => {
    if (!REFUSALS.has(status)) return true
    const now = Math.floor(performance.now() / 1_000)
    if (now !== second) [second, count] = [now, 0]
    return ++count <= REFUSALS_A_SECOND
  }
}

/** A request as far as it matters to those who watch. */
interface Asked {
  id: string
  method: string
  /** As the route is written, not as it was asked for. */
  route: string
  traceparent: unknown
}

export interface RequestObserver {
  /** Runs the `work` of a request, whose ids are in every line that it causes, and tells when its answer is over. */
  follow(asked: Asked, response: ServerResponse, work: () => void): void
}

export function createRequestObserver({ log, metrics, tracer }: Observer): RequestObserver {
  const requests = metrics.counter('basalt_http_requests', 'Requests that are over.', ['method', 'route', 'status'])
  const durations = metrics.histogram('basalt_http_request_duration_seconds', 'From arrival to the last byte.', {
    labels: ['method', 'route'],
    buckets: LATENCY_BUCKETS,
  })

  function begin({ id, method, route, traceparent }: Asked): Span | undefined {
    if (!tracer || QUIET.has(route)) return undefined
    return tracer.start(`${method} ${route}`, {
      kind: 'server',
      parent: typeof traceparent === 'string' ? traceparent : null,
      attributes: { 'http.request.method': method, 'http.route': route, 'basalt.request': id },
    })
  }

  const hasLine = createRefusalLimit()

  return {
    follow(asked, response, work) {
      const { id, method, route } = asked
      const startedAt = performance.now()
      const span = begin(asked)
      const follow = (): void =>
        within({ request: id }, () => {
          const back = capture()
          response.once('close', () => {
            const ms = performance.now() - startedAt
            const status = response.writableFinished ? response.statusCode : 'gone'
            requests.add({ method, route, status: String(status) })
            durations.observe(ms / 1000, { method, route })
            span?.set({ 'http.response.status_code': response.statusCode })
            span?.end(response.statusCode >= 500 ? `answered with ${status}` : undefined)
            if ((QUIET.has(route) && response.statusCode < 400) || !hasLine(response.statusCode)) return
            back(() => log.info('request', { method, route, status, ms: Math.round(ms * 10) / 10 }))
          })
          work()
        })
      if (span) withSpan(span, follow)
      else follow()
    },
  }
}

/** Add before any other hook, so that nothing happens unseen. */
export function observeRequests(app: FastifyInstance, { follow }: RequestObserver): void {
  const backs = attached<FastifyRequest, ReturnType<typeof capture>>('context')
  app.addHook('onRequest', (request, reply, done) => {
    const { id, method } = request
    follow({ id, method, route: routeOf(request), traceparent: request.headers.traceparent }, reply.raw, () => {
      backs.set(request, capture())
      done()
    })
  })
  // A body arrives by events of its connection, which knows nothing of this request.
  app.addHook('preValidation', (request, _reply, done) => {
    const back = backs.get(request)
    if (back) back(done)
    else done()
  })
}
