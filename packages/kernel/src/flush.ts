/** Units → set-based statements, one for each shape of operation, each with a verdict per row. */
import { columnsOf, type Resource, snake, tableName } from '@basalt/resource'
import type { AuditChain } from './audit/chain.ts'
import { CASCADE_SAGA } from './cascade/names.ts'
import type { Query, Row } from './database.ts'
import { type Operation, Refused, type Unit } from './operations.ts'
import { affectsQuota, beforeSql, isCounted, takenColumns } from './quota/amounts.ts'
import { createTally, type TakenRow } from './quota/tally.ts'
import { retagSql, tagSql } from './tags/statements.ts'

type Of<Op extends Operation['op']> = Extract<Operation, { op: Op }>

/** Kinds by name, with what SQL needs to know of them. */
export interface Catalogue {
  resource(kind: string): Resource
  /** Fields of other kinds that refer to this one and keep it from being deleted. */
  referrers(kind: string): Referrer[]
  /** Fields of other kinds whose rows go with this one. */
  dependents(kind: string): Referrer[]
}

/** A field that refers to another kind. */
export interface Referrer {
  resource: Resource
  /** Name in code and in SQL. */
  field: string
  column: string
  /** Column that names the kind it refers to, where that may be any. */
  kindColumn?: string
}

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

const toColumns = (row: Row): Row =>
  Object.fromEntries(Object.entries(row).map(([field, value]) => [snake(field), value]))

function insertSql(resource: Resource, fields: string[]): string {
  const columns = fieldColumns(resource, fields)
  const names = columns.map((column) => quote(column.name)).join(', ')
  return `with x as (insert into ${quote(tableName(resource))} (${names}) select ${names} from ${recordset(columns)} order by id on conflict do nothing returning *), ${eventSql(resource, 'created')} select id${takenColumns(resource, { after: 'x' })} from x`
}

function updateSql(resource: Resource, fields: string[], referrers: readonly Referrer[]): string {
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

function deleteSql(resource: Resource, referrers: readonly Referrer[], dependents: readonly Referrer[]): string {
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

function requireSql(resource: Resource, states: readonly string[] | undefined): string {
  const inState = states ? ` and t.state in (${states.map((state) => `'${state}'`).join(', ')})` : ''
  return `select t.id from ${quote(tableName(resource))} t where t.id in (select u.id from ${recordset([{ name: 'id', type: 'uuid' }])})${inState} order by t.id for share of t`
}

/**
 * Nobody can come to refer to a row that is held so. A statement of its own: the next one's snapshot then has everybody who referred
 * to it before.
 */
const lockSql = (resource: Resource): string =>
  `select t.id from ${quote(tableName(resource))} t where t.id in (select u.id from ${recordset([{ name: 'id', type: 'uuid' }])}) order by t.id for update of t`

/** What several units add to one row is added up; when that does not fit, the batch is split until it is known whose part does not. */
function adjustSql(resource: Resource, operation: Of<'adjust'>): string {
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

const SYSTEM = {
  claim: `insert into claim (resource, task, under) select u.resource, u.task, u.under from jsonb_to_recordset($1::jsonb) as u(resource uuid, task uuid, under uuid) where exists (select from claim h where h.resource = u.resource and h.task = u.under) or not exists (select from waiting w where w.resource = u.resource and w.task <> u.task and w.place < coalesce((select m.place from waiting m where m.task = u.task and m.resource = u.resource), 9223372036854775807)) order by u.resource on conflict (resource) do update set task = excluded.task, under = excluded.under where claim.task in (excluded.task, excluded.under) returning resource as id`,
  spared: `select u.resource as id from jsonb_to_recordset($1::jsonb) as u(resource uuid) where not exists (select from claim c join task t on t.id = c.task where c.resource = u.resource and (c.under is not null or t.saga = '${CASCADE_SAGA}'))`,
  release: `delete from claim c using jsonb_to_recordset($1::jsonb) as u(resource uuid, task uuid) where c.resource = u.resource and c.task = u.task returning c.resource as id`,
  enqueue: `insert into waiting (resource, task, place) select u.resource, u.task, u.place from jsonb_to_recordset($1::jsonb) as u(resource uuid, task uuid, place bigint, "limit" int) where (select count(*) from waiting w where w.resource = u.resource) < u."limit" order by u.resource on conflict (task, resource) do update set place = excluded.place returning resource as id`,
  dequeue: `delete from waiting w using jsonb_to_recordset($1::jsonb) as u(task uuid) where w.task = u.task`,
  fence: `select t.id from task t join jsonb_to_recordset($1::jsonb) as u(task uuid, epoch bigint) on t.id = u.task and t.epoch = u.epoch where t.finished_at is null for no key update of t`,
  journal: `insert into journal (task, index, event, step, output, error) select task, index, event, step, output, error from jsonb_to_recordset($1::jsonb) as u(task uuid, index int, event text, step text, output jsonb, error jsonb) on conflict do nothing`,
  idempotency: `insert into idempotency (account, key, body_hash, resource, task) select account, key, body_hash, resource, task from jsonb_to_recordset($1::jsonb) as u(account uuid, key text, body_hash text, resource uuid, task uuid) on conflict (account, key) do update set body_hash = excluded.body_hash, resource = excluded.resource, task = excluded.task, at = now() where idempotency.at <= now() - interval '24 hours' returning key as id`,
} as const

interface Answer extends Partial<TakenRow> {
  id: string | null
  /** Where one answer has rows of several kinds. */
  kind?: string
}

interface Statement {
  sql: string
  rows: Row[]
  /** What the statement returns for an operation that held; null where there is no verdict. */
  verdicts: { operation: Operation; id: string }[]
  /** Kind of the rows that it changes. */
  kind?: string
}

/** The order of statements in a flush: conditions that fail most often first, so that a refusal costs little. */
const ORDER: Step['op'][] = [
  'fence',
  'claim',
  'require',
  'lock',
  // After what it depends on is held: a statement of its own sees what others wrote before.
  'spared',
  'idempotency',
  'delete',
  'update',
  'adjust',
  'insert',
  'tag',
  'retag',
  'release',
  'enqueue',
  'dequeue',
  'journal',
]

/** An operation, or what a flush does for one before. */
type Step = Exclude<Operation, { op: 'audit' | 'withinQuota' }>

/** What must not be referred to, or takes others with it, is held before those that refer to it are looked for. */
function withLock(catalogue: Catalogue, operation: Operation): Step[] {
  // What a unit takes of quotas is known when all is written; the audit comes after.
  if (operation.op === 'audit' || operation.op === 'withinQuota') return []
  if (operation.op !== 'delete' && operation.op !== 'update') return [operation]
  const { op, kind, id, unreferenced } = operation
  const guarded = unreferenced && catalogue.referrers(kind).length > 0
  const cascades = op === 'delete' && catalogue.dependents(kind).length > 0
  return guarded || cascades ? [{ op: 'lock', kind, id }, operation] : [operation]
}

type Statements = WeakMap<Resource, Map<string, string>>

const statementsOf = new WeakMap<Catalogue, Statements>()

/** A statement's text, made once for each shape of operation on a kind. */
function once(catalogue: Catalogue, resource: Resource, shape: string, make: () => string): string {
  const statements: Statements = statementsOf.get(catalogue) ?? new WeakMap()
  statementsOf.set(catalogue, statements)
  const known = statements.get(resource) ?? new Map<string, string>()
  statements.set(resource, known)
  const text = known.get(shape) ?? make()
  if (known.size < 256) known.set(shape, text)
  return text
}

function describe(catalogue: Catalogue, operation: Step): { sql: string; row: Row; id: string | null } {
  switch (operation.op) {
    case 'insert': {
      const resource = catalogue.resource(operation.kind)
      const fields = Object.keys(operation.row).sort()
      return {
        sql: once(catalogue, resource, `insert ${fields}`, () => insertSql(resource, fields)),
        row: toColumns(operation.row),
        id: operation.row.id,
      }
    }
    case 'update': {
      const resource = catalogue.resource(operation.kind)
      const fields = Object.keys(operation.set).sort()
      const { unreferenced = false } = operation
      const sql = once(catalogue, resource, `update ${unreferenced} ${fields}`, () =>
        updateSql(resource, fields, unreferenced ? catalogue.referrers(operation.kind) : []),
      )
      const row = { ...toColumns(operation.set), id: operation.id, _from: operation.from, _version: operation.version }
      return { sql, row, id: operation.id }
    }
    case 'delete': {
      const resource = catalogue.resource(operation.kind)
      const { unreferenced = false } = operation
      const sql = once(catalogue, resource, `delete ${unreferenced}`, () => {
        const referrers = unreferenced ? catalogue.referrers(operation.kind) : []
        return deleteSql(resource, referrers, catalogue.dependents(operation.kind))
      })
      return { sql, row: { id: operation.id }, id: operation.id }
    }
    case 'require': {
      const sql = requireSql(catalogue.resource(operation.kind), operation.states)
      return { sql, row: { id: operation.id }, id: operation.id }
    }
    case 'lock':
      return { sql: lockSql(catalogue.resource(operation.kind)), row: { id: operation.id }, id: null }
    case 'adjust':
      return {
        sql: adjustSql(catalogue.resource(operation.kind), operation),
        row: { ...toColumns(operation.add), id: operation.id },
        id: operation.id,
      }
    case 'tag': {
      const { kind, id, attach = [], detach = [] } = operation
      return { sql: tagSql(catalogue.resource(kind)), row: { id, attach, detach }, id }
    }
    case 'retag':
      return { sql: retagSql(catalogue.resource(operation.kind)), row: { tag: operation.tag }, id: null }
    case 'claim':
      return { sql: SYSTEM.claim, row: operation, id: operation.resource }
    case 'spared':
      return { sql: SYSTEM.spared, row: operation, id: operation.resource }
    case 'release':
      return { sql: SYSTEM.release, row: operation, id: null }
    case 'enqueue':
      return { sql: SYSTEM.enqueue, row: operation, id: operation.resource }
    case 'dequeue':
      return { sql: SYSTEM.dequeue, row: operation, id: null }
    case 'fence':
      return { sql: SYSTEM.fence, row: operation, id: operation.task }
    case 'journal':
      return { sql: SYSTEM.journal, row: operation, id: null }
    case 'idempotency':
      return { sql: SYSTEM.idempotency, row: { ...operation, body_hash: operation.bodyHash }, id: operation.key }
  }
}

/** Any order would do, as long as all nodes have the same. */
const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)
const kindOf = (step: Step): string => ('kind' in step ? step.kind : '')
function rowOf(step: Step): string {
  if (step.op === 'insert') return step.row.id
  if ('id' in step) return step.id
  return 'resource' in step ? step.resource : 'task' in step ? step.task : ''
}

/**
 * Statements go by sort, then by kind, and rows within them by id: two nodes that flush at the same time take their locks in the same
 * order, so that one waits for the other rather than each for the other. What belongs to one row keeps its order.
 */
function plan(catalogue: Catalogue, units: Unit[]): Statement[] {
  const statements = new Map<string, Statement>()
  const steps = units
    .flat()
    .flatMap((operation) => withLock(catalogue, operation))
    .sort(
      (a, b) =>
        ORDER.indexOf(a.op) - ORDER.indexOf(b.op) || compare(kindOf(a), kindOf(b)) || compare(rowOf(a), rowOf(b)),
    )
  for (const step of steps) {
    const { sql, row, id } = describe(catalogue, step)
    const statement = statements.get(sql) ?? {
      sql,
      rows: [],
      verdicts: [],
      ...('kind' in step ? { kind: step.kind } : {}),
    }
    statement.rows.push(row)
    if (id !== null && step.op !== 'lock') statement.verdicts.push({ operation: step, id })
    statements.set(sql, statement)
  }
  return [...statements.values()]
}

/** Whether an operation changes who may do what. */
function changesAuthority(catalogue: Catalogue, operation: Operation): boolean {
  const { op } = operation
  return (op === 'insert' || op === 'update' || op === 'delete') && catalogue.resource(operation.kind).authority
}

/** Which unit changes a row; two never change the same. */
function unitsByRow(units: readonly Unit[]): Map<string, Unit> {
  const owners = new Map<string, Unit>()
  for (const unit of units)
    for (const operation of unit)
      if (operation.op === 'insert') owners.set(`${operation.kind}/${operation.row.id}`, unit)
      else if ('kind' in operation && 'id' in operation && operation.op !== 'require')
        owners.set(`${operation.kind}/${operation.id}`, unit)
  return owners
}

/**
 * Write all units, or throw {@link Refused} for the first operation that did not hold, or `RefusedUnits` for those that take more of a
 * quota than is left; the caller rolls back.
 */
export async function flushUnits(catalogue: Catalogue, query: Query, units: Unit[], audit: AuditChain): Promise<void> {
  const tally = createTally()
  const owners = unitsByRow(units)
  for (const { sql, rows, verdicts, kind } of plan(catalogue, units)) {
    const answers = await query<Answer>(sql, [JSON.stringify(rows)])
    const held = new Set(answers.map(({ id }) => id))
    const refused = verdicts.find((verdict) => !held.has(verdict.id))
    if (refused) throw new Refused(refused.operation)
    for (const { id, before = null, after = null, kind: other = kind } of answers)
      if (other && (before || after))
        tally.add(owners.get(`${other}/${id}`) ?? null, catalogue.resource(other), { before, after })
  }
  await tally.settle(query, units)
  await audit.write(
    query,
    units.flat().flatMap((operation) => (operation.op === 'audit' ? [operation.entry] : [])),
  )
  // The last lock that a flush takes, so that two never wait for each other.
  if (units.some((unit) => unit.some((operation) => changesAuthority(catalogue, operation))))
    await query('update access_version set version = version + 1')
}
