/** Which accepted work is held to quotas. */
import type { Action, Resource } from '@basalt/resource'
import type { Operation } from '../operations.ts'

/**
 * Whoever takes is checked, whoever gives back never is: neither a deletion nor an action that ends in a state in which the metric
 * does not count, though a state on the way there may. What sagas write is counted and not refused: it was checked at acceptance.
 */
export function withinQuota(resource: Resource, action: Action): Operation[] {
  if (action.name === 'delete' || action.name === 'expunge') return []
  const { to } = action
  if (action.name === 'create' || to === undefined) return [{ op: 'withinQuota' }]
  const except = resource.quota.flatMap(({ metric, while: states }) => (states && !states.includes(to) ? [metric] : []))
  return [{ op: 'withinQuota', except }]
}
