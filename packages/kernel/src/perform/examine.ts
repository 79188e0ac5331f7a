/** What a request is checked for before anything is written, alike for one that is carried out and one that is only rehearsed. */
import { type Action, permissionOf, type Resource } from '@basalt/resource'
import { authorize, authorizeAt } from '../access/authorize.ts'
import { mayAnywhere } from '../access/decide.ts'
import { explainDenial } from '../access/explain.ts'
import { grantsFor } from '../access/grants.ts'
import { permissionFor } from '../access/permissions.ts'
import { targetOf } from '../access/target.ts'
import type { ActionContext, Implementation } from '../action.ts'
import type { Row } from '../database.ts'
import { conflict, forbidden, notFound, Problem } from '../problem.ts'
import { checkNotRecycled } from '../recycle/bin.ts'
import { type Recycling, recyclingOf } from '../recycle/recycling.ts'
import type { Settings } from '../settings/settings.ts'
import type { Store } from '../store.ts'
import { newRow, parse } from './acceptance.ts'
import { type References, resolveReferences } from './references.ts'
import type { ActionRequest } from './request.ts'

/** The resource, if the caller may see it and do this with it. */
export async function subject(store: Store, { slice, action, id, caller }: ActionRequest): Promise<Row> {
  const { resource } = slice
  const row = id ? await store.get<Row>(resource.kind, id, caller) : null
  if (!row) throw notFound(resource.kind, id ?? '')
  await authorize(store.database, caller, resource, action.name, row)
  return row
}

/** Refuse before anything is read when nothing can allow it, wherever the new resource would be. */
export function checkMayCreate({ slice: { resource }, action, caller }: ActionRequest): void {
  if (!mayAnywhere(grantsFor(resource, caller), permissionFor(resource, action.name)))
    throw forbidden(permissionOf(resource.kind, action.name), explainDenial(resource, action.name, { allowed: false }))
}

/** @throws Problem when the action is not for the state that the resource is in */
export function checkState(resource: Resource, action: Action, row: Row): void {
  checkNotRecycled(resource, action, row)
  if (!action.from || action.from.includes(row.state as string)) return
  throw conflict(
    'WRONG_STATE',
    `The ${resource.kind} "${row.name}" is ${row.state}; ${action.name} works when it is ${action.from.join(' or ')}.`,
    action.via === row.state
      ? 'It is under way already: follow its task.'
      : 'Wait for its task, or bring it to one of these states first.',
  )
}

export const changedMeanwhile = ({ kind }: Resource, row: Row, version: number): Problem =>
  new Problem({
    status: 412,
    code: 'CHANGED_MEANWHILE',
    detail: `The ${kind} "${row.name}" is no longer at version ${version}.`,
    remedy: 'Read it again and repeat the change.',
  })

/** @throws Problem when the resource is not at the version that the caller saw; a request that is carried out leaves this to the flush. */
export function checkVersion({ slice, ifMatch }: ActionRequest, row: Row): void {
  if (ifMatch !== undefined && row.version !== ifMatch) throw changedMeanwhile(slice.resource, row, ifMatch)
}

/** A request that nothing speaks against so far. */
export interface Examined {
  input: Row
  row: Row & { id: string }
  refs: References
  context: ActionContext<Row, Row>
  /** Set when it deletes into the recycle bin. */
  bin: Recycling | null
  implementation: Implementation | undefined
}

/** @param found its resource; set to the new one for `create` */
export async function examine(
  { store, settings }: { store: Store; settings: Settings },
  request: ActionRequest,
  found: { row: Row & { id: string } },
): Promise<Examined> {
  const { slice, action, caller } = request
  const { resource } = slice
  const input = parse(action, request.body)
  const row = action.name === 'create' ? newRow(request, input) : found.row
  found.row = row
  if (action.name !== 'create') checkState(resource, action, row)
  const zone = (row.zone as string | undefined) ?? undefined
  const refs = await resolveReferences(store, caller, action.input, input, zone)
  const context = { id: row.id, input, row, caller, store, refs }
  const bin = await recyclingOf(request, context, settings)
  const implementation: Implementation | undefined = bin ? bin.by : slice.actions[action.name]
  if (action.name === 'create') {
    const place = (await implementation?.place?.(context as never)) ?? targetOf(resource, { user: caller.user, ...row })
    await authorizeAt(store.database, caller, resource, action.name, { ...place, id: undefined })
  }
  await implementation?.check?.(context as never)
  return { input, row, refs, context, bin, implementation }
}
