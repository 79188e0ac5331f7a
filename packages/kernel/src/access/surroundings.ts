/** What has to be known of an event besides its own words to say who may read it; asked for only where it can matter. */
import type { Caller } from '../caller.ts'
import { accessOf } from './grants.ts'
import { isShared } from './shares.ts'
import { render } from './sql.ts'
import { pathSql } from './tenancy.ts'

/**
 * Columns `path` and `shared` of a query on events.
 * @param shareable kinds that can be shared
 */
export function surroundingsSql(caller: Caller, shareable: readonly string[], values: unknown[]): string {
  const { grants, domains } = accessOf(caller)
  const everything = caller.operator && !caller.access
  const byDomain = grants.some(({ scope }) => scope.kind === 'domain')
  const path = byDomain ? pathSql('event.account') : 'null::text'
  if (everything || shareable.length === 0) return `${path} as path, null::boolean as shared`
  const shared = render(isShared('event.resource', caller.account, domains), values)
  return `${path} as path, (event.kind = any($${values.push(shareable)}::text[]) and ${shared}) as shared`
}
