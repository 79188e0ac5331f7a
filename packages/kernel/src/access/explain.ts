/** Decisions in words. */
import type { Audience, Resource } from '@basalt/resource'
import type { Verdict } from './decide.ts'
import { permissionFor } from './permissions.ts'
import type { Scope } from './statement.ts'

const WHOM: Record<Audience, string> = {
  tenant: 'Ask an administrator of the account for a role that allows it.',
  domain: 'Ask an administrator of the domain.',
  operator: 'Ask an operator of the platform.',
}

/** E.g. `in the zone 4f0c…`. */
export function whereOf(scope: Scope): string {
  switch (scope.kind) {
    case 'platform':
      return 'on the whole platform'
    case 'zone':
      return `in the zone ${scope.zone}`
    case 'domain':
      return `in the domain ${scope.domain} and below`
    case 'account':
      return `in the account ${scope.account}`
  }
}

/** Why not, and what to ask for. */
export function explainDenial(
  resource: Resource,
  action: string,
  verdict: Verdict,
): { detail: string; remedy: string } {
  const { name, audience } = permissionFor(resource, action)
  if (!verdict.by)
    return { detail: `This needs the permission ${name}, which you do not have here.`, remedy: WHOM[audience] }
  const { role, scope } = verdict.by.grant
  return {
    detail: `The role "${role.name}", bound ${whereOf(scope)}, denies ${name}.`,
    remedy: `${WHOM[audience]} A denial counts more than any role that allows it.`,
  }
}
