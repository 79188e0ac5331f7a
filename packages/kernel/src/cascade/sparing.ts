/** Nothing new comes to be under what is being deleted with what it has. */
import type { Row } from '../database.ts'
import type { Operation } from '../operations.ts'
import type { ActionRequest } from '../perform/request.ts'
import { conflict, type Problem, spelled } from '../problem.ts'

/**
 * Operations that refuse a request while something that it depends on goes: what it refers to, and the account of what it makes.
 * @param required what the request refers to
 */
export function sparing(
  { action, slice, within }: ActionRequest,
  row: Row,
  required: readonly Operation[],
): Operation[] {
  if (within) return []
  const referred = required.flatMap((each): Operation[] =>
    each.op === 'require' ? [{ op: 'spared', kind: each.kind, resource: each.id }] : [],
  )
  const isOwned = action.name === 'create' && slice.resource.ownership === 'account' && row.account !== row.id
  return isOwned ? [...referred, { op: 'spared', kind: 'account', resource: row.account as string }] : referred
}

export const beingDeleted = (kind: string, id: string): Problem =>
  conflict(
    'BEING_DELETED',
    `The ${spelled(kind)} ${id} is being deleted with what it has; nothing can be made in it or refer to it.`,
    'Choose another one, or cancel the task of its deletion.',
  )
