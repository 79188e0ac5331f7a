/** `groupBy`: how many there are of each kind of thing, with sums. */
import type { Caller } from '../caller.ts'
import type { Database, Row } from '../database.ts'
import { invalidField } from '../problem.ts'
import { columnSql, createStatement } from './compile.ts'
import { blaming, QueryError } from './query-error.ts'
import { createJoins, namesOf, type Reach, reachOf } from './reach.ts'
import type { KindScope, Scopes } from './scope.ts'
import { conditionsOf, fromSql, type SelectionRequest } from './selection.ts'
import { isSortable } from './sort.ts'

export const AGGREGATES = ['sum', 'min', 'max', 'avg'] as const
export type Aggregate = (typeof AGGREGATES)[number]

export interface GroupRequest extends SelectionRequest, Partial<Record<Aggregate, string>> {
  /** Fields and forward paths whose values make the groups. */
  groupBy: string
  /** Of the keys, `count`, or e.g. `sum.memoryBytes`; by the keys when absent. */
  sort?: string
  limit?: number
  cursor?: string
  offset?: number
}

/** Resources that are alike in the keys. */
export interface ListGroup extends Partial<Record<Aggregate, Record<string, unknown>>> {
  keys: Row
  count: number
}

export interface ListGroups {
  groups: ListGroup[]
  next?: string
}

interface Column {
  /** As it is sorted by. */
  name: string
  /** As the statement has it. */
  alias: string
}

const MOST_KEYS = 4
const MOST_AGGREGATES = 16
const NUMBERS = ['integer', 'bytes']

/** Sums may be larger than 64 bits. */
const aggregateSql: Record<Aggregate, (value: string) => string> = {
  sum: (value) => `sum(${value})::double precision`,
  avg: (value) => `avg(${value})::double precision`,
  min: (value) => `min(${value})`,
  max: (value) => `max(${value})`,
}

function keysOf(text: string, kind: KindScope, scopes: Scopes): Reach[] {
  return blaming('groupBy', () =>
    namesOf(text, MOST_KEYS).map((name) => {
      const reach = reachOf(name, kind, scopes)
      if (isSortable(reach)) return reach
      throw new QueryError(name.at, `"${name.text}" makes no groups`, 'Group by fields with one plain value.')
    }),
  )
}

function aggregatesOf(request: GroupRequest, kind: KindScope, scopes: Scopes): { how: Aggregate; reach: Reach }[] {
  return AGGREGATES.flatMap((how) => {
    const text = request[how]
    if (text === undefined) return []
    const types = how === 'min' || how === 'max' ? [...NUMBERS, 'timestamp'] : NUMBERS
    return blaming(how, () =>
      namesOf(text, MOST_AGGREGATES).map((name) => {
        const reach = reachOf(name, kind, scopes)
        if (isSortable(reach) && types.includes(reach.place.spec.type)) return { how, reach }
        throw new QueryError(name.at, `"${name.text}" (${reach.place.spec.type}) has no ${how}`, `Name numbers.`)
      }),
    )
  })
}

function orderOf(text: string, columns: readonly Column[]): string[] {
  return namesOf(text, MOST_KEYS + MOST_AGGREGATES).map(({ text: word, at }) => {
    const name = word.replace(/^[+-]/, '')
    const column = columns.find((each) => each.name === name)
    const names = columns.map((each) => each.name).join(', ')
    if (!column) throw new QueryError(at, `"${name.slice(0, 60)}" is not in the groups`, `Sort by ${names}.`)
    return `"${column.alias}" ${word.startsWith('-') ? 'desc' : 'asc'}`
  })
}

/** Groups come and go with what is counted, so that their pages are told by position. */
function offsetOf({ cursor, offset = 0 }: GroupRequest): number {
  if (cursor === undefined) return offset
  const [, digits] = /^groups (\d{1,9})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? []
  if (digits === undefined || offset > 0)
    throw invalidField('cursor', 'is not a cursor of these groups', 'Take it from "next" of the page before.')
  return Number(digits)
}

export async function groupsOf(
  database: Database,
  kind: KindScope,
  scopes: Scopes,
  viewer: Caller,
  request: GroupRequest,
): Promise<ListGroups> {
  const statement = createStatement(viewer)
  const base = statement.alias()
  const joins = createJoins(statement, base)
  const keys = keysOf(request.groupBy, kind, scopes)
  const aggregates = aggregatesOf(request, kind, scopes)
  const sqlOf = (reach: Reach): string => columnSql(joins.aliasOf(reach), reach.place.column.name)
  const columns: (Column & { sql: string })[] = [
    ...keys.map((reach, index) => ({ name: reach.name, alias: `k${index}`, sql: sqlOf(reach) })),
    { name: 'count', alias: 'n', sql: 'count(*)' },
    ...aggregates.map(({ how, reach }, index) => ({
      name: `${how}.${reach.name}`,
      alias: `a${index}`,
      sql: aggregateSql[how](sqlOf(reach)),
    })),
  ]
  // The keys end every order, so that no two groups are alike.
  const byKeys = keys.map((_, index) => `"k${index}" asc`)
  const { sort } = request
  const order = sort === undefined ? byKeys : [...blaming('sort', () => orderOf(sort, columns)), ...byKeys]
  const conditions = conditionsOf(statement, kind, scopes, request, base)
  const limit = request.limit ?? 100
  const offset = offsetOf(request)
  const sql = [
    `select ${columns.map((column) => `${column.sql} as "${column.alias}"`).join(', ')}`,
    `${fromSql(kind, base)}${joins.sql()} where ${conditions.join(' and ')}`,
    `group by ${keys.map((_, index) => `"k${index}"`).join(', ')} order by ${order.join(', ')}`,
    `limit $${statement.values.push(limit + 1)} offset $${statement.values.push(offset)}`,
  ].join(' ')
  const rows = await database.adHoc(sql, statement.values)
  const groups = rows.slice(0, limit).map((row) => groupOf(row, keys, aggregates))
  const isMore = rows.length > limit
  return { groups, ...(isMore ? { next: Buffer.from(`groups ${offset + limit}`).toString('base64url') } : {}) }
}

function groupOf(row: Row, keys: readonly Reach[], aggregates: readonly { how: Aggregate; reach: Reach }[]): ListGroup {
  const group: ListGroup = {
    keys: Object.fromEntries(keys.map(({ name }, index) => [name, row[`k${index}`] ?? null])),
    count: Number(row.n),
  }
  for (const [index, { how, reach }] of aggregates.entries())
    group[how] = { ...group[how], [reach.name]: row[`a${index}`] ?? null }
  return group
}
