/** Shapes that the API serves. Kinds are data: the console knows none of them beforehand. */
import type { Kind, KindAction, KindField } from '@basalt/resource'

export type { Kind, KindAction, KindField }

/** Why a resource or a task failed, and what to do about it. */
export interface Cause {
  code: string
  message: string
  remedy?: string | null
}

/** A resource of any kind; which other members it has, its kind tells. */
export interface Row {
  id: string
  name?: string
  state?: string
  version?: number
  createdAt?: string
  account?: string
  cause?: Cause | null
  [field: string]: unknown
}

export interface Task extends Row {
  /** `<kind>.<action>`, e.g. `vm.create`. */
  action: string
  resourceKind: string
  resource: string
  state: 'running' | 'undoing' | 'succeeded' | 'failed' | 'cancelled'
  percent: number
  message: string
  finishedAt: string | null
}

export interface Page {
  items: Row[]
  /** Cursor of the next page; absent on the last. */
  next?: string
}

export interface ResourceEvent {
  cursor: string
  kind: string
  resource: string
  change: 'created' | 'updated' | 'deleted'
  at: string
  /** The resource after the change; before it when it was deleted. */
  data: Row
}

export interface SettingDifference {
  name: string
  from: unknown
  to: unknown
}

/** What would go with a resource, and what forbids that. */
export interface Deletion {
  possible: boolean
  /** Sent along, so that what was shown is what goes. */
  fingerprint: string
  counts: { kind: string; count: number }[]
  items: { kind: string; id: string; name: string; how: 'deleted' | 'carried' | 'vanishes' }[]
  forbids: { kind: string; id: string; code: string; message: string; remedy: string | null }[]
  /** How many more forbid it that the user cannot see. */
  hidden: number
}
