/** Operations on resources → SQL, one text for each shape; every change writes its event in the same statement. */
import { columnsOf, type Resource, snake, tableName } from '@basalt/resource'
import type { Row } from '../database.ts'
import type { Operation } from '../operations.ts'
import { affectsQuota, beforeSql, isCounted, takenColumns } from '../quota/amounts.ts'
import type { Referrer } from './catalogue.ts'

type Of<Op extends Operation['op']> = Extract<Operation, { op: Op }>

export const quote = (name: string): string => `"${name}"`

/** `to_jsonb` of a changed row without its secrets, keyed by column. */
function eventData(resource: Resource, row: string): string {
  const secrets = columnsOf(resource).filter((column) => column.spec.secret)
  return secrets.reduce((sql, column) => `${sql} - '${column.name}'`, `to_jsonb(${row})`)
}

const accountOf = (resource: Resource, row: string): string =>
  resource.ownership === 'account' ? `${row}.account` : 'null::uuid'

/** Common table expression that tells of the rows changed by the one named `x`. */
export function eventSql(resource: Resource, change: string, x = 'x'): string {
  if (resource.quiet) return `${x}_event as (select 1)`
  return `${x}_event as (insert into event (kind, resource, account, change, data) select '${resource.kind}', ${x}.id, ${accountOf(resource, x)}, '${change}', ${eventData(resource, x)} from ${x})`
}

/** The same for rows that are gone, with what remains of them. An id that its owner gives, as a reservation has, may go several times. */
function goneSql(resource: Resource, x = 'x'): string {
  return `${eventSql(resource, 'deleted', x)}, ${x}_tombstone as (insert into tombstone (id, kind, account, data) select ${x}.id, '${resource.kind}', ${accountOf(resource, x)}, ${eventData(resource, x)} from ${x} on conflict (id, kind) do update set account = excluded.account, deleted_at = now(), data = excluded.data)`
}

/** Holds while nothing but the row `t` itself refers to it. */
const unreferencedSql = (referrers: readonly Referrer[]): string =>
  referrers
    .map(
      ({ resource, column }) =>
        ` and not exists (select 1 from ${quote(tableName(resource))} r where r.${quote(column)} = t.id and r.id <> t.id)`,
    )
    .join('')

export function recordset(columns: { name: string; type: string }[]): string {
  return `jsonb_to_recordset($1::jsonb) as u(${columns.map((column) => `${quote(column.name)} ${column.type}`).join(', ')})`
}

const fieldColumns = (resource: Resource, fields: string[]) =>
  fields.map((field) => {
    const column = columnsOf(resource).find((candidate) => candidate.field === field)
    if (!column) throw new TypeError(`${resource.kind} has no field "${field}"`)
    return column
  })

export const toColumns = (row: Row): Row =>
  Object.fromEntries(Object.entries(row).map(([field, value]) => [snake(field), value]))

export function insertSql(resource: Resource, fields: string[]): string {
  const columns = fieldColumns(resource, fields)
  const names = columns.map((column) => quote(column.name)).join(', ')
  return `with x as (insert into ${quote(tableName(resource))} (${names}) select ${names} from ${recordset(columns)} order by id on conflict do nothing returning *), ${eventSql(resource, 'created')} select id${takenColumns(resource, { after: 'x' })} from x`
}

export function updateSql(resource: Resource, fields: string[], referrers: readonly Referrer[]): string {
  const columns = fieldColumns(resource, fields)
  const sets = [
    ...columns.map((column) => `${quote(column.name)} = u.${quote(column.name)}`),
    'version = t.version + 1',
    'updated_at = now()',
  ]
  const from = recordset([
    { name: 'id', type: 'uuid' },
    ...columns,
    { name: '_from', type: 'jsonb' },
    { name: '_version', type: 'bigint' },
  ])
  const inState = resource.fields.state ? '(u._from is null or u._from ? t.state)' : 'true'
  const where = `${inState} and (u._version is null or u._version = t.version)${unreferencedSql(referrers)}`
  return changeSql(resource, { fields, sets, from, where })
}

/** An update of rows `t` from the rows `u`; what may change what they take of quotas answers with both. */
function changeSql(
  resource: Resource,
  change: { fields: string[]; sets: string[]; from: string; where: string },
): string {
  const { sets, from, where } = change
  const counts = affectsQuota(resource, change.fields)
  const [before, held] = counts ? [beforeSql(resource, from), ' join b on b.id = u.id'] : ['', '']
  const answer = counts
    ? `x.id${takenColumns(resource, { before: 'b', after: 'x' })} from x join b on b.id = x.id`
    : 'id from x'
  return `with ${before}x as (update ${quote(tableName(resource))} t set ${sets.join(', ')} from ${from}${held} where t.id = u.id and ${where} returning t.*), ${eventSql(resource, 'updated')} select ${answer}`
}

export function deleteSql(resource: Resource, referrers: readonly Referrer[], dependents: readonly Referrer[]): string {
  const cascade = dependents.map(({ resource: other, column, kindColumn }, index) => {
    const x = `d${index}`
    const ofKind = kindColumn ? ` and r.${quote(kindColumn)} = '${resource.kind}'` : ''
    return `, ${x} as (delete from ${quote(tableName(other))} r using x where r.${quote(column)} = x.id${ofKind} returning r.*), ${goneSql(other, x)}`
  })
  return `with x as (delete from ${quote(tableName(resource))} t using ${recordset([{ name: 'id', type: 'uuid' }])} where t.id = u.id${unreferencedSql(referrers)} returning t.*), ${goneSql(resource)}${cascade.join('')} ${goneAnswer(resource, dependents)}`
}

/** What a delete answers with; of rows that went with others only what they took of quotas. */
function goneAnswer(resource: Resource, dependents: readonly Referrer[]): string {
  const others = dependents.flatMap(({ resource: other }, index) =>
    isCounted(other)
      ? [`select null::uuid, '${other.kind}'${takenColumns(other, { before: `d${index}` })} from d${index}`]
      : [],
  )
  if (others.length === 0) return `select id${takenColumns(resource, { before: 'x' })} from x`
  const own = takenColumns(resource, { before: 'x' }) || ', null::jsonb as "before", null::jsonb as "after"'
  return [`select id, '${resource.kind}' as "kind"${own} from x`, ...others].join(' union all ')
}

export function requireSql(resource: Resource, states: readonly string[] | undefined): string {
  const inState = states ? ` and t.state in (${states.map((state) => `'${state}'`).join(', ')})` : ''
  return `select t.id from ${quote(tableName(resource))} t where t.id in (select u.id from ${recordset([{ name: 'id', type: 'uuid' }])})${inState} order by t.id for share of t`
}

/**
 * Nobody can come to refer to a row that is held so. A statement of its own: the next one's snapshot then has everybody who referred
 * to it before.
 */
export const lockSql = (resource: Resource): string =>
  `select t.id from ${quote(tableName(resource))} t where t.id in (select u.id from ${recordset([{ name: 'id', type: 'uuid' }])}) order by t.id for update of t`

/** What several units add to one row is added up; when that does not fit, the batch is split until it is known whose part does not. */
export function adjustSql(resource: Resource, operation: Of<'adjust'>): string {
  const fields = Object.keys(operation.add).sort()
  const columns = fieldColumns(resource, fields)
  const sums = columns.map((column) => `${quote(column.name)} = t.${quote(column.name)} + u.${quote(column.name)}`)
  const sets = [...sums, 'version = t.version + 1', 'updated_at = now()']
  const added = columns.map((column) => `sum(${quote(column.name)})::bigint as ${quote(column.name)}`)
  // Rows in the order in which every node takes its locks.
  const from = `(select id, ${added.join(', ')} from ${recordset([{ name: 'id', type: 'uuid' }, ...columns])} group by id order by id) as u`
  const bounds = columns.map((column) => {
    const sum = `t.${quote(column.name)} + u.${quote(column.name)}`
    const limit = operation.atMost?.[column.field]
    return `${sum} >= 0${limit ? ` and (u.${quote(column.name)} <= 0 or ${sum} <= t.${quote(snake(limit))})` : ''}`
  })
  return changeSql(resource, { fields, sets, from, where: bounds.join(' and ') })
}
