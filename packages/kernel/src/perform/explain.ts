/** Refusals of the flush, told to the caller. */
import { beingDeleted } from '../cascade/sparing.ts'
import type { Row } from '../database.ts'
import { Refused } from '../operations.ts'
import { conflict, invalid, notFound, spelled } from '../problem.ts'
import { QuotaExceeded, quotaProblem } from '../quota/exceeded.ts'
import { removes } from '../recycle/bin.ts'
import type { Store } from '../store.ts'
import { alreadyExists } from './duplicates.ts'
import { changedMeanwhile } from './examine.ts'
import { usersOf } from './referrers.ts'
import type { ActionRequest } from './request.ts'

/** PostgreSQL's code, for an update that would make two resources share a unique set. */
const UNIQUE_VIOLATION = '23505'

/** A refusal in the words of the caller. Only the flush can know these: they are races, or sets that must be unique. */
export async function explain(store: Store, error: unknown, request: ActionRequest, row: Row): Promise<unknown> {
  const { slice, action, ifMatch, caller } = request
  if ((error as { code?: unknown } | null)?.code === UNIQUE_VIOLATION) return alreadyExists(slice.resource)
  if (!(error instanceof Refused)) return error
  if (error instanceof QuotaExceeded) return quotaProblem(store, error)
  const { operation } = error
  const { resource } = slice
  const ours = 'kind' in operation && operation.kind === resource.kind
  if (operation.op === 'claim')
    return conflict(
      'RESOURCE_BUSY',
      `Another task, or a reconciler, works on the resource ${operation.resource}.`,
      'Wait for that task, or cancel it; a reconciler is done in a moment.',
    )
  if (operation.op === 'spared') return beingDeleted(operation.kind, operation.resource)
  if (operation.op === 'require')
    return invalid([
      {
        field: operation.kind,
        message: `the ${operation.kind} ${operation.id} was deleted meanwhile, or cannot be used any more`,
        remedy: 'Choose another one.',
      },
    ])
  if (operation.op === 'insert' && ours) return alreadyExists(resource)
  if (removes(action) && ours) {
    const users = await usersOf(store, resource.kind, row.id as string, caller)
    if (users.length > 0)
      return conflict(
        'IN_USE',
        `The ${spelled(resource.kind)} "${row.name}" is used by ${users.join(', ')}.`,
        'Delete those that use it first.',
      )
    if (operation.op === 'delete') return notFound(resource.kind, row.id as string)
  }
  if (operation.op === 'update' && ours && ifMatch !== undefined) return changedMeanwhile(resource, row, ifMatch)
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
