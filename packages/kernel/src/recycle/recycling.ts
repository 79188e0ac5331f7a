/** A delete that ends in the recycle bin. */
import { randomUUID } from 'node:crypto'
import { permissionOf, truncated } from '@basalt/resource'
import { authorize } from '../access/authorize.ts'
import type { ActionContext, Long, Slice } from '../action.ts'
import type { Row } from '../database.ts'
import type { Operation } from '../operations.ts'
import type { ActionRequest } from '../perform/request.ts'
import type { Settings } from '../settings/settings.ts'
import type { TaskRow } from '../tasks/row.ts'
import { inBin } from './bin.ts'

/** What a kind does on the way to its recycle bin, where more is to be done than to remember it. */
export interface Recycling<Subject = never> {
  /** Whether there is anything worth keeping; without it a delete is for good. */
  keeps?(context: ActionContext<unknown, Subject>): Promise<boolean>
  /** Brings it to rest: a task of its own, which ends with it in the bin. */
  by?: Long<unknown, Subject>
}

/** How the delete is carried out; null: for good. */
export async function recyclingOf(
  { slice, action }: ActionRequest,
  context: ActionContext<Row, Row>,
  settings: Settings,
): Promise<Recycling | null> {
  const { recycle } = slice.resource
  const { row, input, store, caller } = context
  if (!recycle || action.name !== 'delete') return null
  if (input.expunge === true) {
    await authorize(store.database, caller, slice.resource, 'expunge', row)
    return null
  }
  if (!recycle.from.includes(row.state as string) || settings.get(recycle.retention) === 0) return null
  const recycling: Recycling = slice.recycling ?? {}
  return (await recycling.keeps?.(context as never)) === false ? null : recycling
}

/** The request with the state that its resource is in on the way to the bin. */
export const onTheWay = (request: ActionRequest): ActionRequest => ({
  ...request,
  action: { ...request.action, via: request.slice.resource.recycle?.via ?? request.action.via },
})

/** Nothing is to be done but to remember it: the resource is in the bin, and the task that tells so has ended. */
export function recycledAtOnce(
  request: ActionRequest,
  row: Row & { id: string },
  at: string,
): { operations: Operation[]; task: string | null } {
  const { slice, action, ifMatch, turn } = request
  const { kind } = slice.resource
  const moved: Operation = {
    op: 'update',
    kind,
    id: row.id,
    set: inBin(at),
    from: action.from,
    version: ifMatch,
    unreferenced: true,
  }
  if (turn) return { operations: [moved, ...turnTaken(turn, at)], task: turn.id }
  if (!action.long) return { operations: [moved], task: null }
  const task = randomUUID()
  return { operations: [moved, { op: 'insert', kind: 'task', row: finishedTask(request, row, task, at) }], task }
}

/** The task that had waited for its turn is done with it. */
const turnTaken = ({ id, epoch }: TaskRow, at: string): Operation[] => [
  { op: 'fence', task: id, epoch },
  {
    op: 'update',
    kind: 'task',
    id,
    set: { state: 'succeeded', percent: 100, message: '', finishedAt: at, queued: null, waitsFor: null },
    from: ['queued'],
  },
  { op: 'dequeue', task: id },
]

function finishedTask(
  { slice, action, caller }: ActionRequest,
  row: Row,
  id: string,
  at: string,
): Row & { id: string } {
  const permission = permissionOf(slice.resource.kind, action.name)
  return {
    id,
    name: truncated(`${permission} ${row.name ?? ''}`.trim(), 120),
    description: '',
    account: (row.account as string | undefined) ?? caller.account,
    action: permission,
    resourceKind: slice.resource.kind,
    resource: row.id,
    user: caller.user,
    state: 'succeeded',
    previousState: row.state ?? null,
    percent: 100,
    message: '',
    step: '',
    saga: 'none',
    sagaVersion: 0,
    node: 'none',
    finishedAt: at,
    payload: {},
  }
}

/** Bind what a slice does on the way to the bin, and what follows from having one. */
export function withRecycling(slice: Slice, recycling: Recycling | undefined): Slice {
  if (!slice.resource.recycle) return slice
  const { delete: remove } = slice.actions
  const undelete = { short: async () => ({ set: { recycledAt: null } }) }
  return {
    ...slice,
    actions: { ...slice.actions, undelete, ...(remove ? { expunge: remove } : {}) },
    recycling,
  }
}
