/** Each request: its ids in every line that it causes, one line when it is over, its counts, its span. */
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

/** Add before any other hook, so that nothing happens unseen. */
export function observeRequests(app: FastifyInstance, { log, metrics, tracer }: Observer): void {
  const requests = metrics.counter('basalt_http_requests', 'Requests that are over.', ['method', 'route', 'status'])
  const durations = metrics.histogram('basalt_http_request_duration_seconds', 'From arrival to the last byte.', {
    labels: ['method', 'route'],
    buckets: LATENCY_BUCKETS,
  })

  function begin(request: FastifyRequest, method: string, route: string): Span | undefined {
    if (!tracer || QUIET.has(route)) return undefined
    const { traceparent } = request.headers
    return tracer.start(`${method} ${route}`, {
      kind: 'server',
      parent: typeof traceparent === 'string' ? traceparent : null,
      attributes: { 'http.request.method': method, 'http.route': route, 'basalt.request': request.id },
    })
  }

  const hasLine = createRefusalLimit()
  const backs = attached<FastifyRequest, ReturnType<typeof capture>>('context')
  app.addHook('onRequest', (request, reply, done) => {
    const startedAt = performance.now()
    const { method } = request
    const route = routeOf(request)
    const span = begin(request, method, route)
    const follow = (): void =>
      within({ request: request.id }, () => {
        const back = capture()
        backs.set(request, back)
        reply.raw.once('close', () => {
          const ms = performance.now() - startedAt
          const gone = !reply.raw.writableFinished
          const status = gone ? 'gone' : String(reply.raw.statusCode)
          requests.add({ method, route, status })
          durations.observe(ms / 1000, { method, route })
          span?.set({ 'http.response.status_code': reply.raw.statusCode })
          span?.end(reply.raw.statusCode >= 500 ? `answered with ${status}` : undefined)
          if ((QUIET.has(route) && reply.raw.statusCode < 400) || !hasLine(reply.raw.statusCode)) return
          back(() =>
            log.info('request', {
              method,
              route,
              status: gone ? status : reply.raw.statusCode,
              ms: Math.round(ms * 10) / 10,
            }),
          )
        })
        done()
      })
    if (span) withSpan(span, follow)
    else follow()
  })
  // A body arrives by events of its connection, which knows nothing of this request.
  app.addHook('preValidation', (request, _reply, done) => {
    const back = backs.get(request)
    if (back) back(done)
    else done()
  })
}
