/** The API server: routes derived from kinds, the few others, errors as problem+json. */
import http from 'node:http'
import https, { type Server } from 'node:https'
import type { Duplex } from 'node:stream'
import { note } from '@basalt/observe'
import { isUuid } from '@basalt/resource'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { entryOf } from '../audit/entry.ts'
import type { AuditRecorder } from '../audit/recorder.ts'
import type { Route, RouteContext } from '../module.ts'
import type { Observer } from '../observe/observer.ts'
import { createRequestObserver, observeRequests } from '../observe/requests.ts'
import type { AdmissionClass } from '../pressure/admission.ts'
import { invalidField, Problem } from '../problem.ts'
import { endSlowBodies, MAX_BODY_BYTES, parseCsvBodies, parseJsonBodies } from './body.ts'
import { createGate, type Gate, type GateDeps } from './gate.ts'
import { SECURITY_HEADERS, securityHeaders } from './headers.ts'
import { createMethods, methodNotAllowed } from './methods.ts'
import { internal, noHost, noSuchRoute, problemFrom, sendProblem, stopping } from './problems.ts'
import { answerBrokenHttp } from './raw-answers.ts'
import { createTurnstile, type Turnstile } from './turnstile.ts'

const BODY_DEADLINE_MS = 30_000

export interface ServerOptions extends GateDeps {
  /** PEM key and certificate; plain HTTP without (tests, or behind a proxy on loopback). */
  tls?: { key: string; cert: string }
  /** Takes down calls that change nothing. */
  audit: Pick<AuditRecorder, 'note'>
  /** Serves what is no route, such as the console's files; false when it is not its own either. */
  fallback?(request: FastifyRequest, reply: FastifyReply): Promise<boolean>
  observer: Observer
  /** How long a body may take to come, but for streams; half a minute unless given. */
  bodyDeadlineMs?: number
  /** Tell the log about a bug. */
  onError(error: unknown, request: { id: string; method: string; url: string }): void
}

/** `:id` as OpenAPI writes it: `{id}`. */
export const openapiPath = (path: string): string => path.replace(/:([A-Za-z]+)/g, '{$1}')

/** Each parameter once, without what PostgreSQL cannot store. */
function queryOf(request: FastifyRequest): Record<string, string> {
  const query = request.query as Record<string, string | string[]>
  for (const [name, value] of Object.entries(query)) {
    if (Array.isArray(value)) throw invalidField(name, 'is given more than once', 'Give it once.')
    if (value.includes('\0') || name.includes('\0'))
      throw invalidField(name, 'must not contain NUL characters', 'Leave them out.')
  }
  return query as Record<string, string>
}

/** Handles a request whose handler does not write the audit itself, and notes how it ended. */
async function noted(route: Route, context: RouteContext, audit: ServerOptions['audit']): Promise<unknown> {
  const { caller, params } = context
  const action = String(route.operation.operationId ?? `${route.method} ${route.path}`)
  const resource = params.id && isUuid(params.id) ? params.id : null
  try {
    const answer = await route.handle(context)
    audit.note(entryOf(caller, { action, resource, outcome: 'accepted', code: null }))
    return answer
  } catch (error) {
    const code = error instanceof Problem ? error.code : 'INTERNAL'
    audit.note(entryOf(caller, { action, resource, outcome: 'refused', code }))
    throw error
  }
}

function addRoute(app: FastifyInstance, route: Route, gate: Gate, audit: ServerOptions['audit']): void {
  // Not `async`: a promise more for every request, where each costs something.
  const handler = (request: FastifyRequest, reply: FastifyReply): Promise<unknown> => {
    const caller = gate.callerOf(request)
    if (caller.user) note({ user: caller.user })
    const context: RouteContext = {
      caller,
      params: request.params as Record<string, string>,
      query: queryOf(request),
      body: request.body,
      request,
      reply,
      current: (used) => gate.current(request, used),
      charge: (more) => gate.charge(request, more),
    }
    return route.audited || gate.isAnonymous(request) ? route.handle(context) : noted(route, context, audit)
  }
  const settings = {
    method: route.method,
    url: route.path,
    onRequest: (request: FastifyRequest, reply: FastifyReply) => gate.enter(route, request, reply),
    handler,
    config: { admission: route.admission, streaming: route.streaming },
  }
  const bounded = { ...settings, bodyLimit: route.maxBodyBytes ?? MAX_BODY_BYTES }
  if (route.body === 'csv')
    return void app.register(async (scope) => {
      parseCsvBodies(scope, gate)
      scope.route(bounded)
    })
  if (!route.streaming) return void app.route(bounded)
  // In a context of its own, so that only this route takes bodies of any type and length, unread.
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
    scope.route({ ...settings, bodyLimit: Number.MAX_SAFE_INTEGER })
  })
}

type App = FastifyInstance & { server: Server }

/** What Fastify sets of servers that it makes itself. */
interface ServerTimeouts {
  keepAliveTimeout: number
  requestTimeout: number
}

function createApp({ tls }: ServerOptions, turnsAway: Turnstile): App {
  function serverFactory(handle: http.RequestListener, { keepAliveTimeout, requestTimeout }: ServerTimeouts) {
    // A request without Host is answered by us, too: see below.
    const settings = { requireHostHeader: false, keepAliveTimeout, requestTimeout }
    const listener: http.RequestListener = (request, response) => {
      if (!turnsAway(request, response)) handle(request, response)
    }
    return tls ? https.createServer({ ...settings, ...tls }, listener) : http.createServer(settings, listener)
  }
  const app: App = fastify({
    bodyLimit: MAX_BODY_BYTES,
    requestIdHeader: false,
    genReqId: () => crypto.randomUUID(),
    routerOptions: { ignoreTrailingSlash: true },
    forceCloseConnections: true,
    // Its words are not ours: see below.
    return503OnClosing: false,
    frameworkErrors: (error: Error, request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(
        reply.headers({ ...SECURITY_HEADERS, 'x-request-id': request.id }),
        problemFrom(error) ?? internal(request.id),
      ),
    clientErrorHandler: (error: Error, socket: Duplex) => answerBroken(error, socket),
    serverFactory,
  } as object) as unknown as App
  const answerBroken = answerBrokenHttp(app)
  return app
}

/** Which methods there are, when the path is one of ours; otherwise what the fallback has, or that there is nothing. */
function answerOthers(app: App, routes: readonly Route[], fallback: ServerOptions['fallback']): void {
  const methodsOf = createMethods(routes)
  app.setNotFoundHandler(async (request, reply) => {
    const { method, url } = request
    const allowed = methodsOf(url)
    if (allowed.length > 0 && !allowed.includes(method)) return sendProblem(reply, methodNotAllowed(method, allowed))
    if (await fallback?.(request, reply)) return reply
    return sendProblem(reply, noSuchRoute(method))
  })
}

/** A server without a listening socket; `listen` or `inject` it. */
export function createServer(routes: readonly Route[], options: ServerOptions): FastifyInstance {
  let stops = false
  const gate = createGate(options)
  const requests = createRequestObserver(options.observer)
  const turnstile = createTurnstile(routes, { ...options, gate, requests })
  const app = createApp(options, (request, response) => !stops && turnstile(request, response))

  parseJsonBodies(app, gate)
  endSlowBodies(app, options.bodyDeadlineMs ?? BODY_DEADLINE_MS)
  observeRequests(app, requests)
  app.addHook('preClose', (done) => {
    stops = true
    done()
  })
  app.addHook('onRequest', (request, reply, done) => {
    if (stops) return done(stopping())
    if (request.headers.host === undefined && request.raw.httpVersion === '1.1') return done(noHost())
    const { admission = 'request' } = request.routeOptions.config as { admission?: AdmissionClass }
    options.admission.arrive(admission, request.method, reply.raw)
    done()
  })
  app.addHook('onSend', securityHeaders)
  app.setErrorHandler((error, request, reply) => {
    const problem = problemFrom(error)
    if (!problem)
      options.onError(error, { id: request.id, method: request.method, url: request.url.split('?')[0] ?? '' })
    return sendProblem(reply, problem ?? internal(request.id))
  })
  answerOthers(app, routes, options.fallback)
  for (const route of routes) addRoute(app, route, gate, options.audit)
  return app
}
