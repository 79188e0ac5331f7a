/** The one decision: explicit deny, then allow, else no. */
import type { Audience } from '@basalt/resource'
import { type Grant, isAbout, type Scope, type Statement } from './statement.ts'

export interface Permission {
  /** `<kind>.<action>` */
  name: string
  /** How high a grant must be bound to allow it. */
  audience: Audience
}

/** What a permission is asked for: a resource that is there, or the place of one to come. */
export interface Target {
  /** Absent for what is to come. */
  id?: string
  account?: string | null
  /** Domains of the account, or of the domain itself: `/<id>/<id>/`. */
  path?: string | null
  zone?: string | null
  /** Whose it is personally, such as a session. */
  user?: string | null
}

/** The answer, with the statement that decided; without one nothing allows it. */
export interface Verdict {
  allowed: boolean
  by?: { grant: Grant; statement: Statement }
}

const HEIGHT: Record<Scope['kind'], readonly Audience[]> = {
  account: ['tenant'],
  domain: ['tenant', 'domain'],
  zone: ['tenant', 'domain', 'operator'],
  platform: ['tenant', 'domain', 'operator'],
}

/** Whether grants at the scope can allow what is for this audience. */
export const isHighEnough = (scope: Scope, audience: Audience): boolean => HEIGHT[scope.kind].includes(audience)

/** Whether the target lies within the scope. */
export function covers(scope: Scope, target: Target): boolean {
  switch (scope.kind) {
    case 'platform':
      return true
    case 'zone':
      return target.zone === scope.zone
    case 'domain':
      return target.path?.startsWith(scope.path) ?? false
    case 'account':
      return target.account === scope.account
  }
}

function holds(statement: Statement, target: Target, user: string): boolean {
  const { resources, zones, mine } = statement
  if (resources && !(target.id !== undefined && resources.includes(target.id))) return false
  if (zones && !(target.zone && zones.includes(target.zone))) return false
  return !mine || target.user === user
}

/** @param user the caller, for statements about what is its own */
export function decide(grants: readonly Grant[], permission: Permission, target: Target, user: string): Verdict {
  let allowing: Verdict['by']
  for (const grant of grants) {
    if (!covers(grant.scope, target)) continue
    for (const statement of grant.statements) {
      if (!isAbout(statement, permission.name) || !holds(statement, target, user)) continue
      if (statement.effect === 'deny') return { allowed: false, by: { grant, statement } }
      if (isHighEnough(grant.scope, permission.audience)) allowing ??= { grant, statement }
    }
  }
  return allowing ? { allowed: true, by: allowing } : { allowed: false }
}

/** Whether there may be a target for which the grants allow it; where not, nothing needs to be looked up to say no. */
export const mayAnywhere = (grants: readonly Grant[], { name, audience }: Permission): boolean =>
  grants.some(
    ({ scope, statements }) =>
      isHighEnough(scope, audience) &&
      statements.some((statement) => statement.effect === 'allow' && isAbout(statement, name)),
  )
