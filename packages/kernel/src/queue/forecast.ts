/** The state that a resource will be in when the work ahead is done, if that goes well. */
import type { Resource } from '@basalt/resource'
import type { TaskRow } from '../tasks/row.ts'

/** Work on the resource that is under way or waits, in the order in which it happens. */
export type Ahead = Pick<TaskRow, 'action' | 'state' | 'previousState'>

const nameOf = ({ action }: Pick<Ahead, 'action'>): string => action.slice(action.indexOf('.') + 1)

/** @returns null when the resource will be gone; undefined for a kind without states */
export function forecast(
  resource: Resource,
  state: string | undefined,
  ahead: readonly Ahead[],
): string | null | undefined {
  let expected: string | null | undefined = state
  for (const task of ahead) {
    const name = nameOf(task)
    if (task.state === 'undoing') expected = task.previousState ?? 'failed'
    else if (name === 'delete') return null
    else
      expected = resource.actions[name]?.to ?? (task.state === 'running' ? (task.previousState ?? expected) : expected)
  }
  return expected
}
