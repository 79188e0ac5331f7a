/**
 * Where accounts are in the tree of domains. The kernel knows of the two kinds what ownership needs: `account` has a `domain` and a
 * `state`, `domain` has the `path` of all domains above it and its own, `/<id>/<id>/`.
 */
import type { Database } from '../database.ts'
import { type Condition, name, sql } from './sql.ts'

/** Whether the account in the column is in the domain or below it. A subquery, so that there may be any number of accounts. */
export const isBelow = (column: string, path: string): Condition =>
  sql`${name(column)} in (select a.id from account a join domain d on d.id = a.domain where starts_with(d.path, ${path}))`

/** SQL: path of the account that the expression names; null when it is gone. */
export const pathSql = (account: string): string =>
  `(select d.path from account a join domain d on d.id = a.domain where a.id = ${account})`

export interface AccountPlace {
  id: string
  state: string
  path: string
}

export async function accountPlace(database: Database, account: string): Promise<AccountPlace | null> {
  const [row] = await database.query<AccountPlace & Record<string, unknown>>(
    'select a.id, a.state, d.path from account a join domain d on d.id = a.domain where a.id = $1',
    [account],
  )
  return row ?? null
}
