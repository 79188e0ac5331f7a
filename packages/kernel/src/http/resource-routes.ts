/** Kind → REST routes: list, get, and one for each action. */
import { type Action, isUuid, pathOf, type Resource, routeOf } from '@basalt/resource'
import type { FastifyReply } from 'fastify'
import type { Slice } from '../action.ts'
import { type BulkDeps, bulkRoutes } from '../bulk/routes.ts'
import type { Caller } from '../caller.ts'
import type { Cascade } from '../cascade/cascade.ts'
import { agreedOf, cascadeRoutes } from '../cascade/routes.ts'
import { exportCsv, wantsCsv } from '../csv/export.ts'
import { csvRoutes } from '../csv/routes.ts'
import type { Row } from '../database.ts'
import type { Route, RouteContext } from '../module.ts'
import type { Performer } from '../perform/perform.ts'
import { revealedBy } from '../perform/revealed.ts'
import { notFound, Problem } from '../problem.ts'
import { requestOf } from '../query/parameters.ts'
import { removes } from '../recycle/bin.ts'
import type { Store } from '../store.ts'
import type { Tasks } from '../tasks/tasks.ts'
import { topologyRoute } from '../topology/routes.ts'
import { viewOf } from '../view.ts'
import { ifMatchOf, keyOf, waitOf } from './request-headers.ts'

export interface ResourceRouteDeps {
  store: Store
  performer: Performer
  tasks: Tasks
  cascade: Cascade
  bulk: BulkDeps
}

const JSON_TYPE = 'application/json; charset=utf-8'

function idOf(resource: Resource, params: Record<string, string>): string {
  const id = params.id ?? ''
  if (!isUuid(id)) throw notFound(resource.kind, id.slice(0, 64))
  return id
}

export function resourceRoutes(slice: Slice, deps: ResourceRouteDeps): Route[] {
  const { resource } = slice
  const base = pathOf(resource)

  async function read(id: string, caller: Caller, reply: FastifyReply): Promise<Row> {
    const row = await deps.store.get<Row>(resource.kind, id, caller)
    if (!row) throw notFound(resource.kind, id)
    reply.header('etag', `"${row.version}"`)
    return viewOf(resource, row, caller)
  }

  /** The same when nothing is to be added. */
  async function show(id: string, caller: Caller, reply: FastifyReply): Promise<string> {
    const view = await deps.store.view(resource.kind, id, caller)
    if (!view) throw notFound(resource.kind, id)
    reply.header('etag', `"${view.version}"`).type(JSON_TYPE)
    return view.json
  }

  async function answerTask(id: string, { caller, request, reply }: RouteContext): Promise<Row> {
    // Said first: should the database go now, its caller still learns where the task is.
    reply.header('location', `/v1/tasks/${id}`)
    const waitMs = waitOf(request)
    if (waitMs > 0) await deps.tasks.wait(id, waitMs)
    const row = await deps.store.get<Row>('task', id, caller)
    if (!row) throw notFound('task', id)
    reply.code(row.finishedAt ? 200 : 202)
    return viewOf(deps.store.catalogue.resource('task'), row, caller)
  }

  /** Delete it with what it has. */
  async function deleteAll(context: RouteContext, agreed: string | undefined): Promise<Row> {
    const { params, body, caller } = context
    const { delete: action } = resource.actions
    const id = idOf(resource, params)
    if (!action) throw notFound(resource.kind, id)
    const request = { slice, action, id, body, caller, idempotencyKey: keyOf(deps.store, context) }
    return answerTask((await deps.cascade.perform(request, agreed)).task, context)
  }

  function actionRoute(action: Action): Route {
    const { method, path } = routeOf(resource, action.name)
    return {
      method: method as Route['method'],
      path: path.replace('{id}', ':id'),
      audited: true,
      operation: {},
      async handle(context) {
        const { params, body, caller, request, reply } = context
        if (body !== undefined && (typeof body !== 'object' || body === null || Array.isArray(body)))
          throw new Problem({
            status: 400,
            code: 'INVALID_INPUT',
            detail: 'The body must be a JSON object.',
            remedy: 'Send an object with the fields of the action.',
          })
        const { cascade, agreed } = context.query
        if (action.name === 'delete' && cascade === 'true') return deleteAll(context, agreedOf(agreed))
        const id = action.name === 'create' ? undefined : idOf(resource, params)
        const outcome = await deps.performer.perform({
          slice,
          action,
          id,
          body,
          caller,
          ifMatch: id ? ifMatchOf(request) : undefined,
          idempotencyKey: keyOf(deps.store, context),
        })
        if ('task' in outcome) return answerTask(outcome.task, context)
        if (removes(action)) return void reply.code(204).send()
        const revealed = revealedBy(action, outcome.resource, outcome.reveal)
        if (action.name === 'create') reply.code(201).header('location', `${base}/${outcome.resource}`)
        return { ...(await read(outcome.resource, caller, reply)), ...revealed }
      },
    }
  }

  const derived: Route[] = [
    {
      method: 'GET',
      path: base,
      operation: { operationId: `${resource.kind}.list` },
      async handle(context) {
        const { caller, query } = context
        if (wantsCsv(context.request)) return exportCsv(deps.store, resource, context)
        const request = requestOf(query, resource.recycle !== undefined)
        if ('groups' in request) return deps.store.groups(resource.kind, caller, request.groups)
        const page = await deps.store.page(resource.kind, caller, request.list)
        context.reply.type(JSON_TYPE)
        return page
      },
    },
    {
      method: 'GET',
      path: `${base}/:id`,
      operation: { operationId: `${resource.kind}.get` },
      handle: ({ caller, params, reply }) => show(idOf(resource, params), caller, reply),
    },
    ...Object.values(resource.actions).map(actionRoute),
    ...bulkRoutes(slice, deps.bulk),
    ...csvRoutes(slice, deps.bulk),
    ...cascadeRoutes(slice, { cascade: deps.cascade, idOf: (params) => idOf(resource, params), begin: deleteAll }),
    ...(resource.view ? [] : [topologyRoute(slice, deps.store, (params) => idOf(resource, params))]),
  ]
  return [...(slice.routes?.(derived) ?? derived)]
}
