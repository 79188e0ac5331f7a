/**
 * Where accounts are in the tree of domains. The kernel knows of the two kinds what ownership needs: `account` has a `domain` and a
 * `state`, `domain` has the `path` of all domains above it and its own, `/<id>/<id>/`.
 */
import type { Database } from '../database.ts'
import { type Condition, name, sql } from './sql.ts'

/** SQL: path of the account that the expression names; null when it is gone. */
export const pathSql = (account: string): string =>
  `(select d.path from account a join domain d on d.id = a.domain where a.id = ${account})`

/** Up to so many accounts of a domain are looked up first, so that their rows are found by index. */
export const FEW_ACCOUNTS = 1_000

/**
 * Whether the account in the column is in the domain or below it.
 * @param few the accounts there; with many, their rows are so frequent that each row is looked at by itself
 */
export const isBelow = (column: string, path: string, few: boolean): Condition =>
  few
    ? sql`${name(column)} = any(array(select a.id from account a join domain d on d.id = a.domain where starts_with(d.path, ${path})))`
    : sql`starts_with(${name(pathSql(column))}, ${path})`

/** Whether there are few accounts in a domain and below it. Decides about speed only: it may be out of date. */
export async function hasFewAccounts(database: Database, path: string): Promise<boolean> {
  const rows = await database.query(
    `select 1 from account a join domain d on d.id = a.domain where starts_with(d.path, $1) limit ${FEW_ACCOUNTS + 1}`,
    [path],
  )
  return rows.length <= FEW_ACCOUNTS
}

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
