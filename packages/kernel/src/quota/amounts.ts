/** SQL of what a row takes: the flush counts with it as rows change, the recount with the rows as they are. */
import { type QuotaMetric, type Resource, snake } from '@basalt/resource'

/** Stands for "no zone" in keys, which cannot be empty. */
export const NO_ZONE = '00000000-0000-0000-0000-000000000000'

/** What the row named `row` takes of a metric. */
export function amountSql({ amount, while: states }: QuotaMetric, row: string): string {
  const sum = typeof amount === 'number' ? String(amount) : `coalesce(${row}."${snake(amount)}", 0)`
  const list = states?.map((state) => `'${state}'`).join(', ')
  return list ? `case when ${row}."state" in (${list}) then ${sum} else 0 end` : sum
}

/** The zone that a row counts in. */
export const zoneSql = (resource: Resource, row: string): string =>
  resource.locality === 'zone' ? `${row}."zone"` : `'${NO_ZONE}'::uuid`

/** Whose quota a row counts against, where, and how much of each metric: JSON, in order of the kind's metrics. */
const takenSql = (resource: Resource, row: string): string =>
  `jsonb_build_object('account', ${row}."account", 'zone', ${zoneSql(resource, row)}, 'amounts', jsonb_build_array(${resource.quota.map((metric) => amountSql(metric, row)).join(', ')}))`

/** Whether its rows count against quotas. */
export const isCounted = (resource: Resource): boolean => resource.quota.length > 0

/** Fields that say what a row takes. */
function countedFields({ quota, locality }: Resource): Set<string> {
  const fields = new Set(['account', ...(locality === 'zone' ? ['zone'] : [])])
  for (const { amount, while: states } of quota) {
    if (typeof amount === 'string') fields.add(amount)
    if (states) fields.add('state')
  }
  return fields
}

/** Whether a change of these fields may change what a row takes. */
export function affectsQuota(resource: Resource, fields: readonly string[]): boolean {
  const relevant = countedFields(resource)
  return isCounted(resource) && fields.some((field) => relevant.has(field))
}

/** Further columns of a statement's answer: what the row took before and takes after; nothing for kinds that do not count. */
export function takenColumns(resource: Resource, rows: { before?: string; after?: string }): string {
  if (!isCounted(resource)) return ''
  const column = (name: 'before' | 'after'): string => {
    const row = rows[name]
    return row ? `, ${takenSql(resource, row)} as "${name}"` : `, null::jsonb as "${name}"`
  }
  return column('before') + column('after')
}

/**
 * The rows as they are before an update, held until it: what another transaction is about to write counts as it will be.
 * `source` is a set of rows `u` with ids.
 */
export const beforeSql = (resource: Resource, source: string): string =>
  `b as materialized (select ${['id', ...countedFields(resource)]
    .map((field) => `o."${snake(field)}"`)
    .join(
      ', ',
    )} from "${snake(resource.kind)}" o where o.id in (select u.id from ${source}) order by o.id for update of o), `
