/** Tasks as rows, and how one is made of what was accepted. */
import { chooseIds, type JsonValue } from '@basalt/saga'
import type { Caller } from '../caller.ts'
import type { Row } from '../database.ts'
import type { Operation } from '../operations.ts'

export interface TaskRow {
  id: string
  name: string
  account: string
  action: string
  resourceKind: string
  resource: string
  state: 'queued' | 'running' | 'undoing' | 'succeeded' | 'failed' | 'cancelled'
  previousState: string | null
  percent: number
  saga: string
  sagaVersion: number
  epoch: number
  node: string
  /** The request that asked for it, and its trace context. */
  request: string | null
  trace: string | null
  finishedAt: string | null
  cause: { code: string; message: string; remedy: string | null } | null
  waitsFor: string | null
  /** The task that it is a part of. */
  parent: string | null
  /** What was asked for, while it is queued. */
  queued: string | null
  payload: { input: JsonValue; ids: Record<string, string>; claims: string[]; end?: 'recycled' | 'untouched' }
}

export interface Acceptance {
  /** The task's id. */
  id: string
  caller: Caller
  /** `<kind>.<action>` */
  action: string
  resourceKind: string
  resource: string
  /** Account that the task belongs to. */
  account: string
  /** For people, e.g. `vm.create web-1`. */
  title: string
  saga: { name: string; version: number }
  input: unknown
  ids?: Record<string, string>
  previousState: string | null
  /** Resources to hold besides the subject. */
  claims: readonly string[]
  /** A delete that ends in the recycle bin, or one whose parts do all that is done to its subject. */
  end?: 'recycled' | 'untouched'
  /** The task that it is a part of: it hands over what it holds. */
  parent?: string
  /** What must hold or happen with the acceptance. */
  operations: Operation[]
  /** The queued task that begins with it; a new one when absent. */
  turn?: TaskRow
}

/** What a task is from the moment in which its work begins. */
export const begunAs = (
  { input, ids, end, previousState }: Acceptance,
  saga: { ids: readonly string[]; steps: readonly { name: string }[] },
  claims: string[],
): Row => ({
  state: 'running',
  previousState,
  message: '',
  step: saga.steps[0]?.name ?? '',
  payload: { input, ids: { ...chooseIds(saga), ...ids }, claims, end },
})

/** One that has waited for its turn begins. */
export const leaveLine = (id: string, begun: Row): Operation[] => [
  { op: 'update', kind: 'task', id, set: { ...begun, queued: null, waitsFor: null }, from: ['queued'] },
  { op: 'dequeue', task: id },
]

export type NewTask = Extract<Operation, { op: 'insert' }>

/** What a task that is new has not. */
const NOT_YET = { parent: null, finishedAt: null, cause: null, waitsFor: null, queued: null }

/** The row of a task that is accepted. */
export function newTask(
  {
    id,
    title,
    account,
    action,
    resourceKind,
    resource,
    caller,
    parent,
  }: Omit<Acceptance, 'input' | 'claims' | 'operations' | 'saga' | 'previousState'>,
  saga: { name: string; version: number },
  node: string,
  fields: Row,
): NewTask {
  const described = { id, name: title, description: '', account, action, resourceKind, resource, user: caller.user }
  const row = { ...described, parent, percent: 0, saga: saga.name, sagaVersion: saga.version, node, ...fields }
  return { op: 'insert', kind: 'task', row }
}

/** The row as the database has it, for whoever takes it over. */
export const asWritten = ({ row }: NewTask, epoch: number): TaskRow => ({
  ...NOT_YET,
  ...(JSON.parse(JSON.stringify(row)) as Omit<TaskRow, 'epoch'>),
  epoch,
})
