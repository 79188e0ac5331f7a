/** Counts again what accounts use, from the rows themselves, and mends what differs. */
import { type Resource, tableName } from '@basalt/resource'
import type { Row } from '../database.ts'
import type { Store } from '../store.ts'
import { amountSql, isCounted, NO_ZONE, zoneSql } from './amounts.ts'

/** A usage that was wrong. */
export interface Miscount {
  account: string
  /** Null for what is counted everywhere together. */
  zone: string | null
  metric: string
  /** What had been counted, and what there is. */
  counted: number
  actual: number
}

const sumSql = (resource: Resource): string[] =>
  resource.quota.map(
    (metric) =>
      `select t."account", ${zoneSql(resource, 't')} as zone, '${metric.metric}'::text as metric, sum(${amountSql(metric, 't')})::bigint as used from "${tableName(resource)}" t group by 1, 2`,
  )

const actualSql = (resources: readonly Resource[]): string =>
  `select account, zone, metric, sum(used)::bigint as used from (${resources.flatMap(sumSql).join(' union all ')}) s group by 1, 2, 3`

const recountSql = (resources: readonly Resource[]): string => `
with actual as materialized (${actualSql(resources)}),
  difference as materialized (
    select account, zone, metric, coalesce(q.used, 0) as counted, coalesce(a.used, 0) as actual
      from actual a full join quota_usage q using (account, zone, metric)
      where coalesce(q.used, 0) <> coalesce(a.used, 0)),
  mended as (
    insert into quota_usage (account, zone, metric, used) select account, zone, metric, actual from difference
      on conflict (account, zone, metric) do update set used = excluded.used)
select * from difference order by account, zone, metric`

/**
 * Recount in one transaction. A flush writes its usage last, so once nobody else may write usages, what is visible is exactly what was
 * counted; flushes under way wait for as long as the count takes.
 */
export async function recount(store: Store): Promise<Miscount[]> {
  const resources = store.catalogue.resources.filter(isCounted)
  if (resources.length === 0) return []
  return store.database.transaction(async (query) => {
    await query('lock table quota_usage in share row exclusive mode')
    const rows = await query<Miscount & Row>(recountSql(resources))
    return rows.map((row) => ({ ...row, zone: row.zone === NO_ZONE ? null : row.zone }))
  })
}
