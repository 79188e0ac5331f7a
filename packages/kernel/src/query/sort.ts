/**
 * The order of a list, and cursors into it. A page ends at a row; the next one begins after that row's values, whatever was inserted
 * or deleted meanwhile. The id ends every order, so that no two rows are alike.
 *
 * Empty values are the greatest: last when ascending, first when descending, as in PostgreSQL's indexes.
 */
import { isIPv4 } from 'node:net'
import { isUuid } from '@basalt/resource'
import { invalidField } from '../problem.ts'
import { columnSql, orderType, parameter, type Statement } from './compile.ts'
import { namedSql } from './named.ts'
import { QueryError } from './query-error.ts'
import { type Joins, namesOf, type Reach, reachOf } from './reach.ts'
import type { KindScope, Scopes } from './scope.ts'

export interface SortKey {
  reach: Reach
  descending: boolean
}

type CursorValue = string | number | boolean | null

const MOST_KEYS = 5
/** As rows show times; they are stored to the millisecond, so that a cursor finds its place again. */
const SHOWN_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/

/** `-createdAt,name` → keys; the id last. */
export function sortOf(text: string, kind: KindScope, scopes: Scopes): SortKey[] {
  const keys = namesOf(text, MOST_KEYS).map(({ text: word, at }): SortKey => {
    const descending = word.startsWith('-')
    const skipped = /^[+-]/.test(word) ? 1 : 0
    const reach = reachOf({ text: word.slice(skipped), at: at + skipped }, kind, scopes, true)
    if (!isSortable(reach)) throw new QueryError(at, `"${word}" has no order`, 'Sort by fields with one plain value.')
    return { reach, descending }
  })
  const id = reachOf({ text: 'id', at: 0 }, kind, scopes)
  const isEnded = keys.some(({ reach }) => reach.name === 'id')
  return isEnded ? keys : [...keys, { reach: id, descending: keys.at(-1)?.descending ?? true }]
}

export const isSortable = ({ place }: Reach): boolean =>
  place.members.length === 0 && !['list', 'object', 'json'].includes(place.spec.type)

/** Names a sort, so that a cursor of another one is told apart. */
const nameOf = (keys: readonly SortKey[]): string =>
  keys.map(({ reach, descending }) => `${descending ? '-' : ''}${reach.name}`).join(',')

export function encodeCursor(keys: readonly SortKey[], values: readonly unknown[]): string {
  return Buffer.from(JSON.stringify([nameOf(keys), ...values])).toString('base64url')
}

const badCursor = () =>
  invalidField('cursor', 'is not a cursor of this list in this order', 'Take it from "next" of the page before.')

function isFitting({ reach }: SortKey, value: unknown): value is CursorValue {
  if (value === null) return true
  switch (orderType(reach.place.spec)) {
    case 'bigint':
      return Number.isSafeInteger(value)
    case 'boolean':
      return typeof value === 'boolean'
    case 'uuid':
      return typeof value === 'string' && isUuid(value)
    case 'timestamptz':
      return typeof value === 'string' && SHOWN_TIME.test(value) && !Number.isNaN(Date.parse(value))
    case 'inet':
      return typeof value === 'string' && isIPv4(value)
    default:
      return typeof value === 'string' && !value.includes('\0')
  }
}

/** The values that the page before ended at. */
export function decodeCursor(cursor: string, keys: readonly SortKey[]): CursorValue[] {
  let decoded: unknown
  try {
    decoded = JSON.parse(Buffer.from(cursor, 'base64url').toString())
  } catch {
    throw badCursor()
  }
  if (!Array.isArray(decoded)) throw badCursor()
  const [name, ...values] = decoded as unknown[]
  if (name !== nameOf(keys) || values.length !== keys.length) throw badCursor()
  return keys.map((key, index) => {
    const value = values[index]
    if (!isFitting(key, value)) throw badCursor()
    return value
  })
}

/** A key as rows show it, and as a cursor has it. */
export function shownKeySql(statement: Statement, joins: Joins, { reach }: SortKey): string {
  const alias = joins.aliasOf(reach)
  return reach.named ? namedSql(statement, reach.named, alias) : columnSql(alias, reach.place.column.name)
}

/** A key as the statement orders by it. */
function keySql(statement: Statement, joins: Joins, key: SortKey): string {
  const shown = shownKeySql(statement, joins, key)
  return orderType(key.reach.place.spec) === 'inet' ? `${shown}::inet` : shown
}

export const orderSql = (statement: Statement, joins: Joins, keys: readonly SortKey[]): string =>
  keys.map((key) => `${keySql(statement, joins, key)} ${key.descending ? 'desc' : 'asc'}`).join(', ')

const isNeverEmpty = ({ reach }: SortKey): boolean => reach.relations.length === 0 && !reach.place.spec.optional

/** Rows after the values. */
export function afterSql(
  statement: Statement,
  joins: Joins,
  keys: readonly SortKey[],
  values: readonly CursorValue[],
): string {
  const sqls = keys.map((key) => keySql(statement, joins, key))
  const bounds = keys.map(({ reach }, index) =>
    values[index] === null ? 'null' : parameter(statement, values[index], orderType(reach.place.spec)),
  )
  const isUniform = keys.every((key) => isNeverEmpty(key) && key.descending === keys[0]?.descending)
  if (isUniform && !values.includes(null))
    return `(${sqls.join(', ')}) ${keys[0]?.descending ? '<' : '>'} (${bounds.join(', ')})`
  const [first] = keys
  // Said again for the first key alone, so that its index can begin there.
  const start =
    first && isNeverEmpty(first) && values[0] !== null
      ? `${sqls[0]} ${first.descending ? '<=' : '>='} ${bounds[0]} and `
      : ''
  const nested = keys.reduceRight((rest, key, index) => {
    const [sql = '', bound = ''] = [sqls[index], bounds[index]]
    const beyond = beyondSql(key, sql, bound)
    const same = bound === 'null' ? `${sql} is null` : `${sql} = ${bound}`
    return rest === '' ? beyond : `(${beyond} or (${same} and ${rest}))`
  }, '')
  return `${start}${nested}`
}

/** Values that come after the bound, in the direction of the key. */
function beyondSql(key: SortKey, sql: string, bound: string): string {
  if (key.descending) return bound === 'null' ? `${sql} is not null` : `${sql} < ${bound}`
  if (bound === 'null') return 'false'
  return isNeverEmpty(key) ? `${sql} > ${bound}` : `(${sql} > ${bound} or ${sql} is null)`
}
