/**
 * Filters → SQL. Identifiers come from definitions only, values are parameters only, and every row that a relation leads to is behind
 * its own condition of visibility.
 *
 * PostgreSQL has three truth values, queries have two. `not` is carried down to the tests, and a negated test asks "is not true": so a
 * value that is missing fulfils what is negated, as the language says, and indexes serve what is not.
 */
import { type FieldSpec, listHoldsSql, snake, tableName } from '@basalt/resource'
import type { Caller } from '../caller.ts'
import { binSql } from '../recycle/bin.ts'
import { visibleSql } from '../visibility.ts'
import type { Bound, Filter, Operand, Place, Test } from './filter.ts'

/** One statement in the making. */
export interface Statement {
  viewer: Caller
  /** Parameters, in order. */
  values: unknown[]
  /** Numbers of those that are ids which the request names. */
  ids: number[]
  /** A name for a table that no other has. */
  alias(): string
}

export function createStatement(viewer: Caller): Statement {
  const values: unknown[] = []
  let aliases = 0
  return { viewer, values, ids: [], alias: () => `t${aliases++}` }
}

/** Adds a parameter. @returns how the statement names it */
export function parameter({ values, ids }: Statement, value: unknown, type: string): string {
  const number = values.push(value)
  if (type === 'uuid') ids.push(number)
  return `$${number}::${type}`
}

/** Type in which values are compared. */
const sqlTypes: Partial<Record<FieldSpec['type'], string>> = {
  boolean: 'boolean',
  integer: 'bigint',
  bytes: 'bigint',
  uuid: 'uuid',
  ref: 'uuid',
  timestamp: 'timestamptz',
}
export const sqlType = ({ type }: FieldSpec): string => sqlTypes[type] ?? 'text'

/** Type in which values have an order: addresses as numbers, not as texts. */
export const orderType = (spec: FieldSpec): string => (spec.type === 'ipv4' ? 'inet' : sqlType(spec))

export const columnSql = (alias: string, column: string): string => `"${alias}"."${column}"`

const isJson = ({ column, members, spec }: Place): boolean =>
  !column || members.length > 0 || ['list', 'object', 'json'].includes(spec.type)

/** The place as JSON. `subject` is the alias of the row or of the item. */
function jsonSql(statement: Statement, { column, members }: Place, subject: string): string {
  const base = columnSql(subject, column?.name ?? 'value')
  return members.length === 0 ? base : `(${base} #> ${parameter(statement, members, 'text[]')})`
}

/** The place's value as `type`. */
export function valueSql(statement: Statement, place: Place, subject: string, type: string): string {
  if (!isJson(place)) {
    const column = columnSql(subject, place.column?.name ?? '')
    return type === sqlType(place.spec) ? column : `${column}::${type}`
  }
  return `(${jsonSql(statement, place, subject)} #>> '{}')::${type}`
}

function operandSql(statement: Statement, operand: Operand, type: string): string {
  if ('value' in operand) return parameter(statement, operand.value, type)
  return `(now() + ${parameter(statement, operand.fromNowMs, 'double precision')} * interval '1 millisecond')`
}

/** Text for `like`: nothing in a piece has a meaning. */
const escaped = (piece: string): string => piece.replace(/[\\%_]/g, '\\$&')
const patternOf = ([first = '', ...rest]: string[]): string =>
  rest.length === 0 ? `%${escaped(first)}%` : [first, ...rest].map(escaped).join('%')

function amongSql(statement: Statement, place: Place, subject: string, test: Extract<Test, { op: 'in' }>): string {
  const type = sqlType(place.spec)
  const ordered = orderType(place.spec)
  const plain = test.values.flatMap((operand) => ('value' in operand ? [operand.value] : []))
  const relative = test.values.filter((operand) => !('value' in operand))
  const value = (as: string): string => valueSql(statement, place, subject, as)
  const bound = (sign: '<' | '>', limit: Bound | undefined): string[] =>
    limit
      ? [`${value(ordered)} ${sign}${limit.inclusive ? '=' : ''} ${operandSql(statement, limit.operand, ordered)}`]
      : []
  const alternatives = [
    ...(plain.length === 1 ? [`${value(type)} = ${parameter(statement, plain[0], type)}`] : []),
    ...(plain.length > 1 ? [`${value(type)} = any(${parameter(statement, plain, `${type}[]`)})`] : []),
    ...relative.map((operand) => `${value(type)} = ${operandSql(statement, operand, type)}`),
    ...test.ranges.map(({ from, to }) => `(${[...bound('>', from), ...bound('<', to)].join(' and ')})`),
  ]
  return `(${alternatives.join(' or ')})`
}

function testSql(statement: Statement, place: Place, test: Test, subject: string): string {
  switch (test.op) {
    case 'present': {
      if (!isJson(place)) return `${columnSql(subject, place.column?.name ?? '')} is not null`
      const json = jsonSql(statement, place, subject)
      return `${json} not in ('null'::jsonb, '[]'::jsonb)`
    }
    case 'like':
      return `${valueSql(statement, place, subject, 'text')} ilike ${parameter(statement, patternOf(test.pieces), 'text')}`
    case 'in':
      return amongSql(statement, place, subject, test)
  }
}

/** Plain values in a list that is a column, or in its objects: an index knows what lists hold. */
function holdsSql(statement: Statement, place: Place, filter: Filter, subject: string): string | undefined {
  if (!place.column || place.members.length > 0 || filter.type !== 'test' || filter.test.op !== 'in') return undefined
  const values = filter.test.values.flatMap((operand) => ('value' in operand ? [operand.value] : []))
  const isPlain = filter.test.ranges.length === 0 && values.length === filter.test.values.length
  if (!isPlain || values.length > 20) return undefined
  const column = columnSql(subject, place.column.name)
  const item = (value: unknown): unknown =>
    filter.place.members.reduceRight((inner, member) => ({ [member]: inner }), value)
  const holds = values.map((value) =>
    listHoldsSql(column, parameter(statement, JSON.stringify([item(value)]), 'jsonb')),
  )
  return `(${holds.join(' or ')})`
}

function itemSql(statement: Statement, { place, filter }: Extract<Filter, { type: 'item' }>, subject: string): string {
  const holds = holdsSql(statement, place, filter, subject)
  if (holds) return holds
  const list = jsonSql(statement, place, subject)
  const alias = statement.alias()
  const items = `jsonb_array_elements(case when jsonb_typeof(${list}) = 'array' then ${list} end)`
  return `exists (select 1 from ${items} as "${alias}"("value") where ${filterSql(statement, filter, alias)})`
}

function relatedSql(
  statement: Statement,
  { relation, target, filter }: Extract<Filter, { type: 'related' }>,
  subject: string,
): string {
  const { resource } = target
  const alias = statement.alias()
  const reference = snake(relation.field)
  const joined =
    relation.to === 'one'
      ? `${columnSql(alias, 'id')} = ${columnSql(subject, reference)}`
      : `${columnSql(alias, reference)} = ${columnSql(subject, 'id')}`
  const visible = visibleSql(resource, statement.viewer, statement.values, alias)
  // What refers here is what a list of it would show; what a reference points to can be in the bin, and be read there.
  const alive = relation.to === 'many' ? binSql(resource, false, alias) : 'true'
  return `exists (select 1 from "${tableName(resource)}" "${alias}" where ${joined} and ${visible} and ${alive} and ${filterSql(statement, filter, alias)})`
}

/** @param subject alias of the table, or of the list's items, that the filter is about */
export function filterSql(statement: Statement, filter: Filter, subject: string, negated = false): string {
  switch (filter.type) {
    case 'not':
      return filterSql(statement, filter.filter, subject, !negated)
    case 'all':
    case 'any': {
      const isAll = (filter.type === 'all') !== negated
      if (filter.filters.length === 0) return isAll ? 'true' : 'false'
      const parts = filter.filters.map((each) => filterSql(statement, each, subject, negated))
      return parts.length === 1 ? (parts[0] ?? 'true') : `(${parts.join(isAll ? ' and ' : ' or ')})`
    }
    case 'related': {
      const sql = relatedSql(statement, filter, subject)
      return negated ? `not ${sql}` : sql
    }
    default: {
      const sql =
        filter.type === 'item'
          ? itemSql(statement, filter, subject)
          : testSql(statement, filter.place, filter.test, subject)
      return negated ? `(${sql}) is not true` : sql
    }
  }
}
