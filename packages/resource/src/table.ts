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

/** Columns of a kind's table, in order of definition. */
export const columnsOf = (resource: Resource): Column[] =>
  Object.entries(resource.fields).map(([field, spec]) => ({
    field,
    name: snake(field),
    type: columnTypes[spec.type],
    spec,
  }))

function columnDdl({ field, name, type, spec }: Column): string {
  if (field === 'id') return `  "id" uuid primary key`
  const fallback = { createdAt: ' default now()', updatedAt: ' default now()', version: ' default 1' }[field] ?? ''
  return `  "${name}" ${type}${spec.optional ? '' : ' not null'}${spec.matchedBy ? " default '[]'" : fallback}`
}

/** What people chose, such as a name, is free again while its resource lies in the recycle bin; what the platform gave out is kept. */
const isFreedInBin = (resource: Resource, set: readonly string[]): boolean =>
  resource.recycle !== undefined && set.some((field) => !resource.fields[field]?.readonly)

/** `create table` and its indexes, or `create view`. References are not foreign keys: rows are created and removed by sagas, in their order. */
export function tableDdl(resource: Resource): string {
  const table = tableName(resource)
  if (resource.view) return `create view "${table}" as ${resource.view};`
  const columns = columnsOf(resource).map(columnDdl)
  const index = (fields: readonly string[], unique: boolean): string => {
    const names = fields.map(snake)
    const suffix = unique ? 'key' : 'idx'
    const among = unique && isFreedInBin(resource, fields) ? ' where "recycled_at" is null' : ''
    return `create ${unique ? 'unique ' : ''}index "${table}_${names.join('_')}_${suffix}" on "${table}" (${names.map((n) => `"${n}"`).join(', ')})${among};`
  }
  const references = Object.entries(resource.fields)
    .filter(([, spec]) => spec.type === 'ref')
    .map(([field]) => [field])
  const plain = [['createdAt', 'id'], ...references, ...resource.indexed.map((field) => [field])]
  // Finds the rows whose list has an object with this member, whatever else the object has. Empty lists cost next to nothing;
  // a list of pending entries would be looked through by every search.
  const lists = Object.entries(resource.fields)
    .filter(([, spec]) => spec.matchedBy)
    .map(
      ([field]) =>
        `create index "${table}_${snake(field)}_idx" on "${table}" using gin ("${snake(field)}" jsonb_path_ops) with (fastupdate = off);`,
    )
  const indexes = [
    ...resource.unique.map((set) => index(set, true)),
    ...plain.map((set) => index(set, false)),
    ...lists,
  ]
  return [`create table "${table}" (\n${columns.join(',\n')}\n);`, ...new Set(indexes)].join('\n')
}
