/** Whether another resource has what must be unique already; only the flush can be sure. */
import type { Action, Resource } from '@basalt/resource'
import type { Row } from '../database.ts'
import { conflict, type Problem, spelled } from '../problem.ts'
import { isRecycled } from '../recycle/bin.ts'
import type { Store } from '../store.ts'

export function alreadyExists({ kind, unique }: Resource): Problem {
  const sets = unique.map((set) => set.join(' and ')).join(', or ')
  return conflict('ALREADY_EXISTS', `Another ${spelled(kind)} has the same ${sets || 'id'}.`, 'Choose another value.')
}

/** Sets of which the action gives at least one field, where all are known; nulls never collide. */
const setsGiven = ({ unique }: Resource, { input }: Action, row: Row): (readonly string[])[] =>
  unique.filter((set) => set.some((field) => field in input) && set.every((field) => (row[field] ?? null) !== null))

/**
 * @param row as it will be
 * @returns what it takes, to be compared with what others would take that are not there yet either
 * @throws ALREADY_EXISTS
 */
export async function uniqueValues(store: Store, resource: Resource, action: Action, row: Row): Promise<string[]> {
  const sets = setsGiven(resource, action, row)
  for (const set of sets) {
    const same = await store.all<Row>(resource.kind, Object.fromEntries(set.map((field) => [field, row[field]])))
    if (same.some((other) => other.id !== row.id && !isRecycled(other))) throw alreadyExists(resource)
  }
  return sets.map((set) => JSON.stringify([set, set.map((field) => row[field])]))
}
