/** Kind → PostgreSQL table. */
import type { Resource } from './define.ts'
import type { FieldSpec } from './field.ts'
import { snake } from './names.ts'

const columnTypes: Record<FieldSpec['type'], string> = {
  text: 'text',
  boolean: 'boolean',
  integer: 'bigint',
  bytes: 'bigint',
  uuid: 'uuid',
  ref: 'uuid',
  state: 'text',
  choice: 'text',
  ipv4: 'text',
  cidr: 'text',
  mac: 'text',
  url: 'text',
  path: 'text',
  timestamp: 'timestamptz',
  list: 'jsonb',
  object: 'jsonb',
  json: 'jsonb',
}

export interface Column {
  /** Name in code and JSON. */
  field: string
  /** Name in SQL. */
  name: string
  type: string
  spec: FieldSpec
}

/** Name of the table of a kind. */
export const tableName = (resource: Resource): string => snake(resource.kind)

const columnsByResource = new WeakMap<Resource, readonly Column[]>()

/** Columns of a kind's table, in order of definition. Asked for with every statement: they are made once. */
export function columnsOf(resource: Resource): readonly Column[] {
  const known = columnsByResource.get(resource)
  if (known) return known
  const columns = Object.entries(resource.fields).map(([field, spec]) => ({
    field,
    name: snake(field),
    type: columnTypes[spec.type],
    spec,
  }))
  columnsByResource.set(resource, columns)
  return columns
}

function columnDdl({ field, name, type, spec }: Column): string {
  if (field === 'id') return `  "id" uuid primary key`
  const fallback = { createdAt: ' default now()', updatedAt: ' default now()', version: ' default 1' }[field] ?? ''
  return `  "${name}" ${type}${spec.optional ? '' : ' not null'}${spec.matchedBy ? " default '[]'" : fallback}`
}

/** What people chose, such as a name, is free again while its resource lies in the recycle bin; what the platform gave out is kept. */
const isFreedInBin = (resource: Resource, set: readonly string[]): boolean =>
  resource.recycle !== undefined && set.some((field) => !resource.fields[field]?.readonly)

const NOT_PENDING = ' with (fastupdate = off)'

/** Every search looks through what is pending: little is, and still a name costs half as much to write. */
const FEW_PENDING = ' with (fastupdate = on, gin_pending_list_limit = 64)'

/** How an index is made: `parts` finds any part of a text (trigrams, several for each), `items` what a list holds. */
const indexTypes = {
  unique: { create: 'create unique index', suffix: 'key', using: '', operators: '', options: '' },
  plain: { create: 'create index', suffix: 'idx', using: '', operators: '', options: '' },
  parts: {
    create: 'create index',
    suffix: 'parts_idx',
    using: 'using gin ',
    operators: ' gin_trgm_ops',
    options: FEW_PENDING,
  },
  items: {
    create: 'create index',
    suffix: 'items_idx',
    using: 'using gin ',
    operators: ' jsonb_path_ops',
    options: NOT_PENDING,
  },
}

function indexDdl(table: string, fields: readonly string[], type: keyof typeof indexTypes, among = ''): string {
  const { create, suffix, using, operators, options } = indexTypes[type]
  const columns = fields.map(snake)
  const keys = columns.map((column) => `"${column}"${operators}`).join(', ')
  return `${create} "${table}_${columns.join('_')}_${suffix}" on "${table}" ${using}(${keys})${options}${among};`
}

/** Most lists are empty: they need not be written into an index of what lists hold. */
const hasItems = (column: string): string => `${column} <> '[]'::jsonb`

/** Holds where a list has these items; as SQL that finds them by the index of the list. */
export const listHoldsSql = (column: string, items: string): string => `(${column} @> ${items} and ${hasItems(column)})`

const amongOf = (resource: Resource, set: readonly string[]): string =>
  isFreedInBin(resource, set) ? ' where "recycled_at" is null' : ''

/**
 * Indexes that queries walk. Lists are newest first, therefore what they filter on often is kept in that order: a page is the first rows
 * of the index. Where people know resources by name, any part of the name finds them.
 */
function indexesOf(resource: Resource): string[] {
  const index = (fields: readonly string[], type: keyof typeof indexTypes = 'plain', among = ''): string =>
    indexDdl(tableName(resource), fields, type, among)
  const itemsIndex = (field: string): string => index([field], 'items', ` where ${hasItems(`"${snake(field)}"`)}`)
  const fields = Object.entries(resource.fields)
  const often = new Set([...(resource.ownership === 'account' ? ['account'] : []), ...resource.indexed])
  const references = fields.filter(([field, { type }]) => type === 'ref' && !often.has(field))
  const matched = fields.filter(([field, { matchedBy }]) => matchedBy && !often.has(field))
  const isNamed = resource.columns.includes('name')
  return [
    ...resource.unique.map((set) => indexDdl(tableName(resource), set, 'unique', amongOf(resource, set))),
    index(['createdAt', 'id']),
    ...references.map(([field]) => index([field])),
    ...matched.map(([field]) => itemsIndex(field)),
    ...[...often].map((field) =>
      resource.fields[field]?.type === 'list' ? itemsIndex(field) : index([field, 'createdAt', 'id']),
    ),
    ...(isNamed ? [index(['name', 'id']), index(['name'], 'parts')] : []),
  ]
}

/** `create table` and its indexes. References are not foreign keys: rows are created and removed by sagas, in their order. */
export function tableDdl(resource: Resource): string {
  const derived = derivedDdl(resource)
  return resource.overrides.table?.(derived) ?? derived
}

function derivedDdl(resource: Resource): string {
  if (resource.view) return `create view "${tableName(resource)}" as ${resource.view};`
  const columns = columnsOf(resource).map(columnDdl)
  return [`create table "${tableName(resource)}" (\n${columns.join(',\n')}\n);`, ...indexesOf(resource)].join('\n')
}
