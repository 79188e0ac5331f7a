/** The action by which a resource goes for good: its delete, past the recycle bin, or its expunge when it lies in there. */
import type { Action } from '@basalt/resource'
import type { Slice } from '../action.ts'
import type { Row } from '../database.ts'
import { isRecycled } from '../recycle/bin.ts'

export interface Deed {
  action: Action
  body: Row
}

export function deedOf({ resource: { kind, actions, recycle } }: Slice, row: Row): Deed {
  const { delete: remove, expunge } = actions
  if (recycle && expunge && isRecycled(row)) return { action: expunge, body: {} }
  if (!remove) throw new TypeError(`${kind} has no delete`)
  return { action: remove, body: recycle ? { expunge: true } : {} }
}
