/**
 * Which limit counts. The nearest wins: the account's own for the zone, the account's own for every zone, the zone's default, the
 * platform's default; without any there is no limit. A further level, such as a limit for a group of accounts, has its place in this
 * file alone.
 */

/** The row of `quota_limit` that counts, as a subquery with the columns `maximum` and `source`. */
export const limitSql = (key: { account: string; zone: string; metric: string }): string =>
  `select l.maximum, case when l.account is not null then 'account' when l.zone is not null then 'zone' else 'platform' end as source from quota_limit l where l.metric = ${key.metric} and (l.account = ${key.account} or l.account is null) and (l.zone = ${key.zone} or l.zone is null) order by l.account is null, l.zone is null limit 1`

/** A limit's key: there is at most one of each. */
export const limitKey = (limit: { account?: string | null; zone?: string | null; metric: string }): string =>
  [limit.account ?? '', limit.zone ?? '', limit.metric].join('/')
