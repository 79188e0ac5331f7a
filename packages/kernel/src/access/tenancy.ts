/**
 * Where accounts are in the tree of domains. The kernel knows of the two kinds what ownership needs: `account` has a `domain` and a
 * `state`, `domain` has the `path` of all domains above it and its own, `/<id>/<id>/`.
 */
import type { Database } from '../database.ts'
import { type Condition, name, sql } from './sql.ts'

/** SQL: path of the account that the expression names; null when it is gone. */
export const pathSql = (account: string): string =>
  `(select d.path from account a join domain d on d.id = a.domain where a.id = ${account})`

/** Up to so many accounts of a domain are told to the database one by one, so that it finds their rows by index. */
export const FEW_ACCOUNTS = 1_000

/**
 * Whether the account in the column is in the domain or below it.
 * @param accounts all of them, where they are few; with many, their rows are so frequent that each row is looked at by itself
 */
export const isBelow = (column: string, path: string, accounts: readonly string[] | undefined): Condition =>
  accounts ? sql`${name(column)} = any(${accounts}::uuid[])` : sql`starts_with(${name(pathSql(column))}, ${path})`

/** The accounts in a domain and below it; undefined when they are many. */
export async function accountsBelow(database: Database, path: string): Promise<string[] | undefined> {
  const rows = await database.query<{ id: string }>(
    `select a.id from account a join domain d on d.id = a.domain where starts_with(d.path, $1) limit ${FEW_ACCOUNTS + 1}`,
    [path],
  )
  return rows.length > FEW_ACCOUNTS ? undefined : rows.map(({ id }) => id)
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
