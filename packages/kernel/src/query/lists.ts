/** Lists: a page of the resources that are asked for, in the order that is asked for. */
import type { Resource } from '@basalt/resource'
import type { Caller } from '../caller.ts'
import type { Database, Row } from '../database.ts'
import { invalidField } from '../problem.ts'
import { meaningOf } from '../texts.ts'
import { createStatement, type Statement } from './compile.ts'
import { type GroupRequest, groupsOf, type ListGroups } from './groups.ts'
import { jsonObjects, type Shown } from './json.ts'
import { blaming } from './query-error.ts'
import { createJoins, namesOf, type Reach, reachOf, shownSql } from './reach.ts'
import { createScopes, type KindScope, type Scopes } from './scope.ts'
import { conditionsOf, fromSql, type SelectionRequest } from './selection.ts'
import { afterSql, decodeCursor, encodeCursor, orderSql, type SortKey, shownKeySql, sortOf } from './sort.ts'

export interface ListRequest extends SelectionRequest {
  /** Newest first when absent. */
  sort?: string
  /** Fields and forward paths of each item; every field when absent. */
  fields?: string
  /** Also say how many there are. */
  count?: boolean
  /** 100 when absent. */
  limit?: number
  cursor?: string
  offset?: number
}

export interface Page<R = Row> {
  items: R[]
  /** Cursor of the next page, absent on the last. */
  next?: string
  /** How many there are on all pages. */
  count?: number
}

export interface Lists {
  /** A {@link Page} as JSON. */
  page(kind: string, viewer: Caller, request?: ListRequest): Promise<string>
  list<R = Row>(kind: string, viewer: Caller, request?: ListRequest): Promise<Page<R>>
  groups(kind: string, viewer: Caller, request: GroupRequest): Promise<ListGroups>
}

const MOST_FIELDS = 64

/** What is shown, and by which names. */
function fieldsOf(request: ListRequest, kind: KindScope, scopes: Scopes): Reach[] {
  const { fields } = request
  if (fields === undefined)
    return [...kind.columns.values()].map((column) => ({
      name: column.field,
      at: 0,
      relations: [],
      place: { column, members: [], spec: column.spec },
    }))
  return blaming('fields', () => namesOf(fields, MOST_FIELDS).map((name) => reachOf(name, kind, scopes)))
}

interface Selected {
  sql: string
  keys: SortKey[]
  /** What each item shows; of what is asked for twice, the place is the first. */
  shown: Shown[]
  /** Columns of the keys. */
  keyColumns: number[]
}

/** Columns of a statement: what is needed twice is selected once. */
function createColumns() {
  const columns = new Map<string, number>()
  return {
    of(sql: string): number {
      const column = columns.get(sql) ?? columns.size
      columns.set(sql, column)
      return column
    },
    sql: () => [...columns.keys()].join(', '),
  }
}

function listSql(statement: Statement, kind: KindScope, scopes: Scopes, request: ListRequest, limit: number): Selected {
  const base = statement.alias()
  const joins = createJoins(statement, base)
  const fields = fieldsOf(request, kind, scopes)
  const keys = blaming('sort', () => sortOf(request.sort ?? '-createdAt', kind, scopes))
  const conditions = conditionsOf(statement, kind, scopes, request, base)
  if (request.cursor !== undefined)
    conditions.push(afterSql(statement, joins, keys, decodeCursor(request.cursor, keys)))
  const columns = createColumns()
  const shown = new Map(
    fields.map((field) => [field.name, columns.of(shownSql(statement, field, joins.aliasOf(field)))]),
  )
  const keyColumns = keys.map((key) => columns.of(shownKeySql(statement, joins, key)))
  const order = orderSql(statement, joins, keys)
  const bounds = `limit $${statement.values.push(limit + 1)}${request.offset ? ` offset $${statement.values.push(request.offset)}` : ''}`
  const sql = `select ${columns.sql()} ${fromSql(kind, base)}${joins.sql()} where ${conditions.join(' and ')} order by ${order} ${bounds}`
  return { sql, keys, shown: [...shown].map(([name, column]) => ({ name, column })), keyColumns }
}

/** Unlike `join` it copies nothing before the whole is written. */
const joined = (items: readonly string[]): string =>
  items.reduce((all, item) => (all === '' ? item : `${all},${item}`), '')

export function createLists(database: Database, resources: readonly Resource[]): Lists {
  const scopesFor = createScopes(resources)

  async function countOf(kind: KindScope, scopes: Scopes, viewer: Caller, request: ListRequest): Promise<number> {
    const statement = createStatement(viewer)
    const alias = statement.alias()
    const conditions = conditionsOf(statement, kind, scopes, request, alias)
    const sql = `select count(*) as n ${fromSql(kind, alias)} where ${conditions.join(' and ')}`
    const [row] = await database.adHoc<{ n: number }>(sql, statement.values)
    return row?.n ?? 0
  }

  async function page(kindName: string, viewer: Caller, request: ListRequest = {}): Promise<string> {
    const scopes = scopesFor(viewer)
    const kind = scopes.get(kindName)
    if (!kind) return request.count ? '{"items":[],"count":0}' : '{"items":[]}'
    if (request.cursor !== undefined && request.offset !== undefined)
      throw invalidField('offset', 'cannot be given with "cursor"', 'Give one of the two.')
    const limit = request.limit ?? 100
    const statement = createStatement(viewer)
    const { sql, keys, shown, keyColumns } = listSql(statement, kind, scopes, request, limit)
    const isPlain = request.q === undefined && !request.recycled && !request.fields && !request.where && !request.sort
    const { values, ids } = statement
    const [{ types, rows }, count] = await Promise.all([
      isPlain ? database.texts(sql, values) : database.adHocTexts({ text: sql, values, ids }),
      request.count ? countOf(kind, scopes, viewer, request) : undefined,
    ])
    const items = jsonObjects({ types, rows: rows.slice(0, limit) }, shown)
    const last = rows.length > limit ? rows[limit - 1] : undefined
    const ends = keyColumns.map((column) => {
      const text = last?.[column] ?? null
      return text === null ? null : meaningOf(types[column] ?? 0, text)
    })
    const next = last ? `,"next":${JSON.stringify(encodeCursor(keys, ends))}` : ''
    return `{"items":[${joined(items)}]${next}${count === undefined ? '' : `,"count":${count}`}}`
  }

  return {
    page,
    list: async <R>(kind: string, viewer: Caller, request?: ListRequest) =>
      JSON.parse(await page(kind, viewer, request)) as Page<R>,
    async groups(kindName, viewer, request) {
      const scopes = scopesFor(viewer)
      const kind = scopes.get(kindName)
      return kind ? groupsOf(database, kind, scopes, viewer, request) : { groups: [] }
    },
  }
}
