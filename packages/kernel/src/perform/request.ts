/** What is asked for, and what became of it. */
import type { Action } from '@basalt/resource'
import type { Slice } from '../action.ts'
import type { Caller } from '../caller.ts'
import type { Row } from '../database.ts'
import type { TaskRow } from '../tasks/row.ts'
import type { IdempotencyKey } from './idempotency.ts'

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
  /** The task that was queued for it, and whose turn it is now. */
  turn?: TaskRow
  /** The task that it is a part of. */
  within?: string
}

/** What became of it: a task, or the resource's id; with what only this answer may show. */
export type Outcome = { task: string; resource: string } | { resource: string; reveal?: Row }
