/** What owners share with others. The kernel knows of a `share`: the resource, and the account or domain it is for, or all. */
import { type Condition, name, sql } from './sql.ts'

/** Whether the resource in the column is shared with the account, with one of the domains that it is in, or with all. */
export const isShared = (column: string, account: string, domains: readonly string[]): Condition =>
  // As an array and not as a subquery: so an index of the table is used also beside other conditions.
  sql`${name(column)} = any(array(select s.resource from share s where s.to_account = ${account} or s.to_domain = any(${domains}::uuid[]) or s.grantee = 'all'))`
