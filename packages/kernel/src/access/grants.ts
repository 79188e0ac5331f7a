/** What a caller's grants are, with those that need no binding. */
import { type Audience, permissionOf, type Resource } from '@basalt/resource'
import type { Caller } from '../caller.ts'
import type { Access, Grant, Scope, Statement } from './statement.ts'

const EVERYTHING: readonly Statement[] = [{ effect: 'allow', actions: ['*'] }]

/** Callers without roles: the platform itself, and those that tests and tools make by hand. */
function plainAccess({ operator, account }: Caller): Access {
  const scope: Scope = operator ? { kind: 'platform' } : { kind: 'account', account }
  const name = operator ? 'Platform' : 'Account'
  return {
    grants: [{ binding: null, role: { id: null, name }, scope, statements: EVERYTHING }],
    elsewhere: [],
    domains: [],
  }
}

export const accessOf = (caller: Caller): Access => caller.access ?? plainAccess(caller)

/** What everybody may do with what is their own. */
function personalGrant({ kind, personal }: Resource): Grant[] {
  if (!personal) return []
  const actions = personal.actions.map((action) => permissionOf(kind, action))
  const statements: Statement[] = [{ effect: 'allow', actions, mine: true }]
  return [{ binding: null, role: { id: null, name: 'Everybody' }, scope: { kind: 'platform' }, statements }]
}

/** All grants that count for a kind. */
export const grantsFor = (resource: Resource, caller: Caller): Grant[] => [
  ...accessOf(caller).grants,
  ...personalGrant(resource),
]

/** What the caller may see of kinds and fields. */
export function audienceOf(caller: Caller): Audience {
  if (caller.operator) return 'operator'
  return caller.access?.grants.some(({ scope }) => scope.kind === 'domain') ? 'domain' : 'tenant'
}

/** Whether such grants make somebody who runs the platform or a zone, and therefore sees the platform's side. */
export const isOperator = (grants: readonly Grant[]): boolean =>
  grants.some(({ scope }) => scope.kind === 'platform' || scope.kind === 'zone')

/** A kind that everybody is shown what there is of, to choose from: zones, offerings. */
export const isMenu = ({ ownership, audience }: Resource): boolean => ownership === 'platform' && audience === 'tenant'
