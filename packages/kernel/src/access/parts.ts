/**
 * Separation of duties: which part of the platform's power a permission belongs to, derived from what its kind is a matter of, and rights
 * cut down to one part. Every permission that changes something belongs to one part at most; see `Concern`.
 */
import type { Concern, Resource, Setting } from '@basalt/resource'
import { settingId } from '../settings/ids.ts'
import { permittedActions, subjectsOf } from './permissions.ts'
import { type Grant, isAbout, PARTS, type Part, type Statement } from './statement.ts'

const ALL: readonly Part[] = PARTS

const BY_CONCERN: Record<Concern, { read: readonly Part[]; change: readonly Part[] }> = {
  resources: { read: ['sysadmin'], change: ['sysadmin'] },
  tenancy: { read: ALL, change: ['secadmin'] },
  rights: { read: ['secadmin', 'secauditor'], change: ['secadmin'] },
  audit: { read: ['secauditor'], change: ['secauditor'] },
  split: { read: ALL, change: [] },
  consent: { read: ALL, change: ALL },
  settings: { read: ALL, change: ['sysadmin'] },
  record: { read: ALL, change: [] },
}

/** The parts that have a permission. Settings of security are changed by the secadmin all the same, those of evidence by nobody alone. */
export const partsOf = ({ concern }: Resource, action: string): readonly Part[] =>
  BY_CONCERN[concern][action === 'read' ? 'read' : 'change']

/** Permissions for which `wanted` holds, whole kinds as `vm.*`. */
function patternsWhere(resources: readonly Resource[], wanted: (parts: readonly Part[]) => boolean): string[] {
  return subjectsOf(resources).flatMap((resource) => {
    const actions = permittedActions(resource)
    const found = actions.filter((action) => wanted(partsOf(resource, action)))
    return found.length === actions.length
      ? [`${resource.kind}.*`]
      : found.map((action) => `${resource.kind}.${action}`)
  })
}

const CHANGES_SETTING = ['setting.set', 'setting.reset', 'setting.override', 'setting.inherit']

const settingsOf = (settings: readonly Setting[], ...concerns: readonly Setting['concern'][]): string[] =>
  settings.filter(({ concern }) => concerns.includes(concern)).map(({ name }) => settingId(name))

/** What a part allows and denies, as a role says it. */
export function statementsOf(part: Part, resources: readonly Resource[], settings: readonly Setting[]): Statement[] {
  const all: Statement = { effect: 'allow', actions: patternsWhere(resources, (parts) => parts.includes(part)) }
  if (part === 'sysadmin')
    return [all, { effect: 'deny', actions: CHANGES_SETTING, resources: settingsOf(settings, 'security', 'audit') }]
  if (part === 'secadmin')
    return [all, { effect: 'allow', actions: CHANGES_SETTING, resources: settingsOf(settings, 'security') }]
  return [all]
}

/** What both allow. `within` is without zones and not about what is one's own. */
function intersection(statement: Statement, within: Statement, known: readonly string[]): Statement {
  const { resources } = statement
  const shared = within.resources
    ? { resources: resources ? resources.filter((id) => within.resources?.includes(id)) : within.resources }
    : {}
  const beyond = known.filter((permission) => isAbout(statement, permission) && !isAbout(within, permission))
  return { ...statement, ...shared, except: [...(statement.except ?? []), ...beyond] }
}

/** Grants cut down to what one part allows; what they deny stays denied. */
export function narrowed(
  grants: readonly Grant[],
  within: readonly Statement[],
  resources: readonly Resource[],
): Grant[] {
  const known = subjectsOf(resources).flatMap((resource) =>
    permittedActions(resource).map((action) => `${resource.kind}.${action}`),
  )
  const allowing = within.filter(({ effect }) => effect === 'allow')
  const denying = within.filter(({ effect }) => effect === 'deny')
  return grants.map((grant) => ({
    ...grant,
    statements: [
      ...grant.statements.flatMap((statement) =>
        statement.effect === 'deny' ? [statement] : allowing.map((other) => intersection(statement, other, known)),
      ),
      ...denying,
    ],
  }))
}
