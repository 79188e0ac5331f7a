/** Which permissions there are: derived from the definitions. */
import { permissionOf, type Resource } from '@basalt/resource'
import { auditLog } from '../audit/audit-log.ts'
import { diagnosisSubject } from '../observe/diagnosis-rights.ts'
import type { Permission } from './decide.ts'

/** The permission to read, to do an action, or one that the kind has besides. */
export function permissionFor(resource: Resource, action: string): Permission {
  const name = permissionOf(resource.kind, action)
  if (action === 'read') return { name, audience: resource.audience }
  const found = resource.actions[action] ?? resource.permits[action]
  if (!found) throw new TypeError(`there is no permission ${name}`)
  return { name, audience: found.audience }
}

/** Every action name that a kind has a permission for. */
export const permittedActions = (resource: Resource): string[] => [
  'read',
  ...Object.keys(resource.actions),
  ...Object.keys(resource.permits),
]

/** All that rights are about: the kinds, and what is no kind but has permissions all the same. */
export const subjectsOf = (resources: readonly Resource[]): Resource[] => [...resources, auditLog, diagnosisSubject]

export const permissionsOf = (resources: readonly Resource[]): Permission[] =>
  subjectsOf(resources).flatMap((resource) =>
    permittedActions(resource).map((action) => permissionFor(resource, action)),
  )
