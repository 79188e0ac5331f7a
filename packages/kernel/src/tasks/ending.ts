/** Ends that only the work itself finds out, as when a resource is recovered: the saga's last step tells them. */
import type { Resource } from '@basalt/resource'
import type { FinishRecord } from '@basalt/saga'
import type { Row } from '../database.ts'
import type { Operation } from '../operations.ts'
import type { TaskRow } from './row.ts'

/** Output of the last step of an action that `reaches` one of several states. A type, so that it counts as JSON. */
export type Ending = {
  /** The state to be in, or gone altogether. */
  end: string | 'deleted'
  /** What was found and done, in words: the task's message. */
  message: string
  /** Why it is in a failed state. */
  cause?: { code: string; message: string; remedy: string | null }
}

/** What the run tells of its end; undefined for actions whose end is known before. */
export function endingOf(resource: Resource, task: TaskRow, record: FinishRecord): Ending | undefined {
  const name = task.action.slice(task.action.indexOf('.') + 1)
  const reaches = resource.actions[name]?.reaches
  if (!reaches || record.outcome !== 'succeeded') return undefined
  const told = record.last?.output as Ending | undefined
  if (!told || !reaches.includes(told.end)) throw new TypeError(`${task.action} ended as ${JSON.stringify(told)}`)
  return told
}

/** Operations that bring the resource to the end that was told. */
export function toEnding(resource: Resource, id: string, { end, cause }: Ending): Operation[] {
  if (end === 'deleted') return [{ op: 'delete', kind: resource.kind, id }]
  const set: Row = { ...(resource.fields.state ? { state: end } : {}), cause: cause ?? null }
  return [{ op: 'update', kind: resource.kind, id, set }]
}
