/** From a checked request to the row and the operations that carry it out. */
import { randomUUID } from 'node:crypto'
import { type Action, objectSchema } from '@basalt/resource'
import { checked, schemasOf } from '../checked.ts'
import type { Row } from '../database.ts'
import type { Operation } from '../operations.ts'
import { removes } from '../recycle/bin.ts'
import type { ActionRequest } from './request.ts'

const schemaOf = schemasOf<Action>(({ name, input }) => objectSchema(input, name === 'update' ? 'update' : 'create'))

/** The body, validated against the action's definition. */
export const parse = (action: Action, body: unknown): Row => checked(schemaOf(action), body)

/** The row of a new resource, before what its implementation sets. */
export function newRow({ slice, action, caller }: ActionRequest, input: Row): Row & { id: string } {
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

/** Without requirements of a mere existence that another operation of the unit checks anyway, since it changes the resource. */
export function withoutNeedless(operations: readonly Operation[]): Operation[] {
  const tagged = new Set(operations.flatMap((each) => (each.op === 'tag' ? [`${each.kind}/${each.id}`] : [])))
  return operations.filter((each) => each.op !== 'require' || each.states || !tagged.has(`${each.kind}/${each.id}`))
}

/** What happens to the resource itself with the acceptance. */
export function subjectOperation(request: ActionRequest, row: Row & { id: string }, set: Row): Operation[] {
  const { slice, action, ifMatch } = request
  const kind = slice.resource.kind
  if (action.name === 'create') return [{ op: 'insert', kind, row: { ...row, ...set } }]
  if (removes(action) && !action.long) return [{ op: 'delete', kind, id: row.id, unreferenced: true }]
  const state = action.via ?? (action.long ? undefined : action.to)
  const changes = state ? { ...set, state } : set
  const unreferenced = removes(action)
  if (Object.keys(changes).length === 0 && !action.from && ifMatch === undefined)
    return [{ op: 'require', kind, id: row.id }]
  return [{ op: 'update', kind, id: row.id, set: changes, from: action.from, version: ifMatch, unreferenced }]
}
