/** One request that changes something, from the caller's words to the durable acceptance. */
import { randomUUID } from 'node:crypto'
import { type Action, objectSchema, permissionOf, problemsOf, type Resource } from '@basalt/resource'
import type { Implementation, Long, Short, Slice } from './action.ts'
import type { Caller } from './caller.ts'
import type { Row } from './database.ts'
import { type Idempotency, type IdempotencyKey, keyOperation } from './idempotency.ts'
import { type Operation, Refused } from './operations.ts'
import { conflict, forbidden, invalid, notFound, Problem, spelled } from './problem.ts'
import { resolveReferences } from './references.ts'
import { usersOf } from './referrers.ts'
import type { Store } from './store.ts'
import type { Tasks } from './tasks.ts'

export interface ActionRequest {
  slice: Slice
  action: Action
  /** Absent for `create`. */
  id?: string
  body: unknown
  caller: Caller
  /** Version that the caller saw, from `If-Match`. */
  ifMatch?: number
  idempotencyKey?: IdempotencyKey
}

/** What became of it: a task, or the resource's id. */
export type Outcome = { task: string; resource: string } | { resource: string }

export interface Performer {
  perform(request: ActionRequest): Promise<Outcome>
}

function parse(action: Action, body: unknown): Row {
  const schema = objectSchema(action.input, action.name === 'update' ? 'update' : 'create')
  const parsed = schema.safeParse(body ?? {}, { reportInput: true })
  if (!parsed.success) throw invalid(problemsOf(parsed.error))
  return parsed.data
}

async function subject(store: Store, { slice, action, id, caller }: ActionRequest): Promise<Row> {
  const { resource } = slice
  const row = id ? await store.get<Row>(resource.kind, id, caller) : null
  if (!row) throw notFound(resource.kind, id ?? '')
  const own = resource.ownership === 'platform' || row.account === caller.account || caller.operator
  if (!own) throw forbidden(permissionOf(resource.kind, action.name))
  return row
}

function checkState(resource: Resource, action: Action, row: Row): void {
  if (!action.from || action.from.includes(row.state as string)) return
  throw conflict(
    'WRONG_STATE',
    `The ${resource.kind} "${row.name}" is ${row.state}; ${action.name} works when it is ${action.from.join(' or ')}.`,
    action.via === row.state
      ? 'It is under way already: follow its task.'
      : 'Wait for its task, or bring it to one of these states first.',
  )
}

/** The row of a new resource, before what its implementation sets. */
function newRow({ slice, action, caller }: ActionRequest, input: Row): Row & { id: string } {
  const { resource } = slice
  const given = Object.fromEntries(Object.entries(resource.fields).map(([name]) => [name, input[name]]))
  const defaults = Object.entries(resource.fields).flatMap(([name, spec]) =>
    given[name] === undefined && spec.default !== undefined ? [[name, spec.default]] : [],
  )
  const state = action.via ?? action.to
  return {
    ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
    ...Object.fromEntries(defaults),
    ...(resource.ownership === 'account' ? { account: caller.account } : {}),
    ...(state ? { state } : {}),
    id: randomUUID(),
  }
}

function subjectOperation(request: ActionRequest, row: Row & { id: string }, set: Row): Operation[] {
  const { slice, action, ifMatch } = request
  const kind = slice.resource.kind
  if (action.name === 'create') return [{ op: 'insert', kind, row: { ...row, ...set } }]
  if (action.name === 'delete' && !action.long) return [{ op: 'delete', kind, id: row.id, unreferenced: true }]
  const state = action.via ?? (action.long ? undefined : action.to)
  const changes = state ? { ...set, state } : set
  const unreferenced = action.name === 'delete'
  if (Object.keys(changes).length === 0 && !action.from && ifMatch === undefined)
    return [{ op: 'require', kind, id: row.id }]
  return [{ op: 'update', kind, id: row.id, set: changes, from: action.from, version: ifMatch, unreferenced }]
}

/** A refusal in the words of the caller. Only the flush can know these: they are races, or sets that must be unique. */
async function explain(store: Store, error: unknown, request: ActionRequest, row: Row): Promise<unknown> {
  const { slice, action, ifMatch, caller } = request
  if (!(error instanceof Refused)) return error
  const { operation } = error
  const { resource } = slice
  const ours = 'kind' in operation && operation.kind === resource.kind
  if (operation.op === 'claim')
    return conflict(
      'RESOURCE_BUSY',
      `Another task works on the resource ${operation.resource}.`,
      'Wait for that task, or cancel it.',
    )
  if (operation.op === 'require')
    return invalid([
      {
        field: operation.kind,
        message: `the ${operation.kind} ${operation.id} was deleted meanwhile, or cannot be used any more`,
        remedy: 'Choose another one.',
      },
    ])
  if (operation.op === 'insert' && ours) {
    const sets = resource.unique.map((set) => set.join(' and ')).join(', or ')
    return conflict('ALREADY_EXISTS', `Another ${resource.kind} has the same ${sets || 'id'}.`, 'Choose another value.')
  }
  if (action.name === 'delete' && ours) {
    const users = await usersOf(store, resource.kind, row.id as string, caller)
    if (users.length > 0)
      return conflict(
        'IN_USE',
        `The ${spelled(resource.kind)} "${row.name}" is used by ${users.join(', ')}.`,
        'Delete those that use it first.',
      )
    if (operation.op === 'delete') return notFound(resource.kind, row.id as string)
  }
  if (operation.op === 'update' && ours && ifMatch !== undefined)
    return new Problem({
      status: 412,
      code: 'CHANGED_MEANWHILE',
      detail: `The ${resource.kind} "${row.name}" is no longer at version ${ifMatch}.`,
      remedy: 'Read it again and repeat the change.',
    })
  if (operation.op === 'update' && ours)
    return conflict(
      'WRONG_STATE',
      `The ${resource.kind} "${row.name}" changed while ${action.name} was asked for.`,
      'Read it again and repeat.',
    )
  return conflict(
    'CONFLICT',
    'Something that this depends on changed meanwhile; nothing was done.',
    'Repeat the request.',
  )
}

const CHOICES = 8

/** Whether an insert was refused for values of which none came from the caller. */
function isOwnChoice(error: unknown, { slice, action }: ActionRequest): boolean {
  const { kind, unique } = slice.resource
  return (
    error instanceof Refused &&
    error.operation.op === 'insert' &&
    error.operation.kind === kind &&
    unique.length > 0 &&
    unique.every((set) => !set.some((field) => field in action.input))
  )
}

export function createPerformer(deps: { store: Store; tasks: Tasks; idempotency: Idempotency }): Performer {
  const { store, tasks, idempotency } = deps

  async function audit(request: ActionRequest, resource: string | null, error: unknown): Promise<void> {
    const code = error instanceof Problem ? error.code : 'INTERNAL'
    await store.commit([auditOperation(request, resource, 'refused', code)])
  }

  async function accept(request: ActionRequest, found: { row: Row & { id: string } }): Promise<Outcome> {
    const { slice, action, caller } = request
    const { resource } = slice
    const input = parse(action, request.body)
    const row = action.name === 'create' ? newRow(request, input) : found.row
    found.row = row
    if (action.name !== 'create') checkState(resource, action, row)
    const zone = (row.zone as string | undefined) ?? undefined
    const refs = await resolveReferences(store, caller, action.input, input, zone)
    const implementation: Implementation | undefined = slice.actions[action.name]
    const context = { id: row.id, input, row, caller, store, refs } as never
    const own = action.name === 'update' ? input : {}
    const common = [...refs.operations, auditOperation(request, row.id, 'accepted', null)]
    if (implementation && 'saga' in implementation) {
      const prepared = await (implementation as Long<never, never>).prepare(context)
      const operations = [
        ...subjectOperation(request, row, { ...own, ...prepared.set }),
        ...common,
        ...(prepared.operations ?? []),
      ]
      const account = (row.account as string | undefined) ?? caller.account
      const task = randomUUID()
      await tasks.accept({
        id: task,
        caller,
        action: permissionOf(resource.kind, action.name),
        resourceKind: resource.kind,
        resource: row.id,
        account,
        title: `${resource.kind}.${action.name} ${row.name ?? ''}`.trim().slice(0, 120),
        saga: implementation.saga,
        input: prepared.input,
        ids: prepared.ids,
        previousState: action.name === 'create' ? null : ((row.state as string | undefined) ?? null),
        claims: prepared.claims ?? [],
        operations: [...operations, ...keyOperation(request.idempotencyKey, row.id, task)],
      })
      return { task, resource: row.id }
    }
    const done = await (implementation as Short<never, never> | undefined)?.short(context)
    const operations = done?.carriedOut ? [] : subjectOperation(request, row, { ...own, ...done?.set })
    await store.commit([
      ...operations,
      ...common,
      ...(done?.operations ?? []),
      ...keyOperation(request.idempotencyKey, row.id, null),
    ])
    return { resource: row.id }
  }

  /** What the platform chose at random met what another request chose at the same time: it chooses again. */
  async function acceptAnew(request: ActionRequest, found: { row: Row & { id: string } }): Promise<Outcome> {
    for (let attempt = 1; ; attempt++)
      try {
        return await accept(request, found)
      } catch (error) {
        if (attempt >= CHOICES || !isOwnChoice(error, request)) throw error
      }
  }

  return {
    async perform(request) {
      const { slice, action, caller } = request
      const found = { row: { id: request.id ?? '' } as Row & { id: string } }
      try {
        if (action.audience === 'operator' && !caller.operator) {
          if (request.id) await subject(store, request)
          throw forbidden(permissionOf(slice.resource.kind, action.name))
        }
        if (request.idempotencyKey) {
          const before = await idempotency.find(request.idempotencyKey)
          if (before) return before
        }
        if (action.name !== 'create') found.row = (await subject(store, request)) as Row & { id: string }
        return await acceptAnew(request, found)
      } catch (error) {
        if (error instanceof Refused && error.operation.op === 'idempotency' && request.idempotencyKey) {
          const before = await idempotency.find(request.idempotencyKey)
          if (before) return before
        }
        const explained = await explain(store, error, request, found.row)
        await audit(request, request.id ?? null, explained)
        throw explained
      }
    },
  }
}

function auditOperation(
  request: ActionRequest,
  resource: string | null,
  outcome: 'accepted' | 'refused',
  code: string | null,
): Operation {
  const { caller, slice, action } = request
  const { user, account, address } = caller
  return {
    op: 'audit',
    entry: {
      user,
      account,
      action: permissionOf(slice.resource.kind, action.name),
      resource,
      address: address ?? null,
      outcome,
      code,
    },
  }
}
