/** What lies in the recycle bin: hidden from lists, of no use to others, and for no action but undeleting and expunging. */
import { type Action, RECYCLED, type Resource, type Setting } from '@basalt/resource'
import type { Row } from '../database.ts'
import { conflict, spelled } from '../problem.ts'

export const isRecycled = (row: Row): boolean => row.recycledAt !== null && row.recycledAt !== undefined

/**
 * The condition of a list: what lives, or with `recycled` what lies in the bin.
 * @param alias of the table, where the statement has several
 */
export function binSql(resource: Resource, recycled: boolean, alias?: string): string {
  if (!resource.recycle) return recycled ? 'false' : 'true'
  return `${alias ? `"${alias}".` : ''}"recycled_at" is ${recycled ? 'not ' : ''}null`
}

/** Whether the action deletes for good whatever it is asked for, or may do so. */
export const removes = (action: Action): boolean => action.name === 'delete' || action.name === 'expunge'

/** How long each kind is kept in its bin. */
export const binSettings = (resources: readonly Resource[]): Setting<number>[] =>
  resources.flatMap(({ recycle }) => (recycle ? [recycle.retention] : []))

const ALLOWED = new Set(['undelete', 'expunge'])

/** Half expunged and left by its task: recovering is the way out of every state. */
const isStuck = ({ failedStates }: Resource, { state }: Row): boolean =>
  state !== RECYCLED && !failedStates.includes(state as string)

/** Throws when the resource lies in the recycle bin and the action is for those outside, before its state is looked at. */
export function checkNotRecycled(resource: Resource, action: Action, row: Row): void {
  if (!isRecycled(row) || ALLOWED.has(action.name)) return
  if (action.name === 'recover' && isStuck(resource, row)) return
  throw conflict(
    'RECYCLED',
    `The ${spelled(resource.kind)} "${row.name}" is in the recycle bin.`,
    'Undelete it first, or expunge it.',
  )
}

/** The fields of what now lies in the bin. */
export const inBin = (at: string): Row => ({ state: RECYCLED, recycledAt: at, cause: null })
