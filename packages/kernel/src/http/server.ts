/** The API server: routes derived from kinds, the few others, errors as problem+json. */
import type { Server } from 'node:https'
import { note } from '@basalt/observe'
import { isUuid } from '@basalt/resource'
import fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { ACCOUNT_HEADER } from '../access/acting.ts'
import { entryOf } from '../audit/entry.ts'
import type { AuditRecorder } from '../audit/recorder.ts'
import type { Caller } from '../caller.ts'
import type { Route, RouteContext } from '../module.ts'
import type { Observer } from '../observe/observer.ts'
import { observeRequests } from '../observe/requests.ts'
import type { Admission, AdmissionClass } from '../pressure/admission.ts'
import { invalidField, Problem, unauthenticated } from '../problem.ts'
import { securityHeaders } from './headers.ts'

export interface ServerOptions {
  /** PEM key and certificate; plain HTTP without (tests, or behind a proxy on loopback). */
  tls?: { key: string; cert: string }
  /** Turns a bearer token into who it belongs to; null when it is unknown or expired. */
  authenticate(token: string, address: string): Promise<Caller | null>
  /** Takes down calls that change nothing. */
  audit: Pick<AuditRecorder, 'note'>
  /** The caller acting in another account, which the header `Basalt-Account` names. */
  actIn(caller: Caller, account: string): Promise<Caller>
  /** Serves what is no route, such as the console's files; false when it is not its own either. */
  fallback?(request: FastifyRequest, reply: FastifyReply): Promise<boolean>
  observer: Observer
  /** Refuses what is too much. */
  admission: Admission
  /** Tell the log about a bug. */
  onError(error: unknown, request: { id: string; method: string; url: string }): void
}

export const MAX_BODY_BYTES = 1024 * 1024
const MAX_DEPTH = 32

function bearer(request: FastifyRequest): string | null {
  const match = /^Bearer ([A-Za-z0-9._~+/=-]{1,512})$/.exec(request.headers.authorization ?? '')
  return match?.[1] ?? null
}

const comesFrom = (request: FastifyRequest) => ({
  address: request.ip,
  client: request.headers['user-agent'],
  request: request.id,
  begunAtMs: performance.now(),
})

/** Who sent the request. */
export async function callerOf(request: FastifyRequest, options: ServerOptions): Promise<Caller> {
  const token = bearer(request)
  const caller = token ? await options.authenticate(token, request.ip) : null
  if (!caller) throw unauthenticated()
  const account = request.headers[ACCOUNT_HEADER]
  const acting = typeof account === 'string' ? await options.actIn(caller, account) : caller
  return { ...acting, ...comesFrom(request) }
}

/** The same later on; null when that is over. */
async function callerNow(request: FastifyRequest, options: ServerOptions): Promise<Caller | null> {
  try {
    return await callerOf(request, options)
  } catch (error) {
    if (error instanceof Problem) return null
    throw error
  }
}

/** Errors of the HTTP layer itself as problems; anything unknown is a bug and tells nothing. */
function problemFrom(error: unknown): Problem | null {
  if (error instanceof Problem) return error
  const { statusCode, code, message } = error as { statusCode?: number; code?: string; message?: string }
  if (!statusCode || statusCode >= 500) return null
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE')
    return new Problem({
      status: 413,
      code: 'BODY_TOO_LARGE',
      detail: `The body is larger than ${MAX_BODY_BYTES} bytes.`,
      remedy: 'Send less; images are uploaded to their own address.',
    })
  if (code === 'FST_ERR_CTP_INVALID_MEDIA_TYPE')
    return new Problem({
      status: 415,
      code: 'UNSUPPORTED_MEDIA_TYPE',
      detail: 'The body must be JSON.',
      remedy: 'Send "Content-Type: application/json".',
    })
  return new Problem({
    status: statusCode,
    code: 'BAD_REQUEST',
    detail: message ?? 'The request is malformed.',
    remedy: 'Check the body: it must be valid JSON.',
  })
}

const internal = (id: string): Problem =>
  new Problem({
    status: 500,
    code: 'INTERNAL',
    detail: `Something went wrong on our side (request ${id}).`,
    remedy: 'Try again; if it stays, give the request id to your operator.',
  })

export function sendProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  if (problem.retryAfterSeconds !== undefined) reply.header('retry-after', problem.retryAfterSeconds)
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer')
  return reply.code(problem.status).type('application/problem+json').send(JSON.stringify(problem))
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

/** Whether lists and objects are nested deeper than any input needs; the depth of recursion over a body is bounded by this. */
function isTooDeep(json: string): boolean {
  let depth = 0
  for (const [token] of json.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/gs)) {
    if (token === '[' || token === '{') depth++
    else if (token === ']' || token === '}') depth--
    if (depth > MAX_DEPTH) return true
  }
  return false
}

/** Handles a request whose handler does not write the audit itself, and notes how it ended. */
async function noted(route: Route, context: RouteContext, { audit }: ServerOptions): Promise<unknown> {
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

function addRoute(app: FastifyInstance, route: Route, options: ServerOptions): void {
  const handler = async (request: FastifyRequest, reply: FastifyReply) => {
    const anonymous = route.public && !request.headers.authorization
    const caller = anonymous
      ? { user: '', account: '', operator: false, ...comesFrom(request) }
      : await callerOf(request, options)
    if (caller.user) note({ user: caller.user })
    options.admission.identify(route.admission ?? 'request', caller.user, reply.raw)
    const context: RouteContext = {
      caller,
      params: request.params as Record<string, string>,
      query: queryOf(request),
      body: request.body,
      request,
      reply,
      current: async () => (anonymous ? caller : callerNow(request, options)),
    }
    return route.audited || anonymous ? route.handle(context) : noted(route, context, options)
  }
  const config = { admission: route.admission }
  if (!route.streaming) return void app.route({ method: route.method, url: route.path, handler, config })
  // In a context of its own, so that only this route takes bodies of any type and length, unread.
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', (_request, _payload, done) => done(null))
    scope.route({ method: route.method, url: route.path, handler, config, bodyLimit: Number.MAX_SAFE_INTEGER })
  })
}

/** A server without a listening socket; `listen` or `inject` it. */
export function createServer(routes: readonly Route[], options: ServerOptions): FastifyInstance {
  const app = fastify({
    bodyLimit: MAX_BODY_BYTES,
    requestIdHeader: false,
    genReqId: () => crypto.randomUUID(),
    routerOptions: { ignoreTrailingSlash: true },
    forceCloseConnections: true,
    ...(options.tls ? { https: options.tls } : {}),
  } as object) as unknown as FastifyInstance & { server: Server }

  // An empty body on a POST without input is no error.
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (_request, body, done) => {
    if (body === '') return done(null, undefined)
    if (isTooDeep(body as string))
      return done(Object.assign(new Error(`the body is nested deeper than ${MAX_DEPTH} levels`), { statusCode: 400 }))
    try {
      done(null, JSON.parse(body as string))
    } catch (error) {
      done(Object.assign(new Error(`the body is not valid JSON: ${(error as Error).message}`), { statusCode: 400 }))
    }
  })
  observeRequests(app, options.observer)
  app.addHook('onRequest', (request, reply, done) => {
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
  app.setNotFoundHandler(async (request, reply) => {
    if (await options.fallback?.(request, reply)) return reply
    const where = `${request.method} ${request.url.split('?')[0]}`
    const remedy = 'GET /v1/openapi.json lists every route.'
    return sendProblem(
      reply,
      new Problem({ status: 404, code: 'NO_SUCH_ROUTE', detail: `There is nothing at ${where}.`, remedy }),
    )
  })
  for (const route of routes) addRoute(app, route, options)
  return app
}
