/** Resources as targets of a decision. */
import type { Resource } from '@basalt/resource'
import type { Caller } from '../caller.ts'
import type { Database, Row } from '../database.ts'
import type { Target } from './decide.ts'
import { accessOf } from './grants.ts'
import { accountPlace } from './tenancy.ts'

const text = (value: unknown): string | null => (typeof value === 'string' ? value : null)

/** Where a row is, as far as it says itself. */
export function targetOf(resource: Resource, row: Row): Target {
  const { scope, personal, ownership } = resource
  return {
    ...(row.id ? { id: row.id as string } : {}),
    account: ownership === 'account' ? text(row.account) : null,
    path: scope === 'domain' ? text(row.path) : null,
    zone: scope === 'zone' ? text(row.id) : text(row.zone),
    user: personal ? text(row[personal.field]) : null,
  }
}

/** The same with the domains of the account, when the caller has rights in domains: nobody else needs to know them. */
export async function completeTarget(database: Database, target: Target, caller: Caller): Promise<Target> {
  const byDomain = accessOf(caller).grants.some(({ scope }) => scope.kind === 'domain')
  if (!byDomain || !target.account || target.path) return target
  return { ...target, path: (await accountPlace(database, target.account))?.path ?? null }
}
