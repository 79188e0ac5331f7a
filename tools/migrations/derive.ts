/**
 * From how the database is to how the definitions want it, in steps that only add. What nobody needs any more is loosened, so that rows can
 * be written without it, and taken away a version later.
 */
import type { ColumnShape, Shape, TableShape } from './shape.ts'

/** Something that is in the database and in no definition. */
export interface Unused {
  table?: string
  column?: string
  index?: string
  view?: string
  /** With its table. */
  trigger?: string
  /** With the types of its arguments. */
  function?: string
}

/** The value that rows which exist get in a new column, as SQL; undefined where the definition says none. */
export type FallbackOf = (table: string, column: string) => string | undefined

/** No step that only adds leads there. */
export class NotDerivable extends Error {}

const quoted = (name: string): string => `"${name}"`

function newColumn(
  table: string,
  name: string,
  { type, notNull, fallback }: ColumnShape,
  fallbackOf: FallbackOf,
): string {
  const add = `alter table ${quoted(table)} add column ${quoted(name)} ${type}`
  if (!notNull) return `${add};`
  const value = fallback ?? fallbackOf(table, name)
  if (value === undefined)
    throw new NotDerivable(
      `the new column ${table}.${name} has no value for the rows that exist, nor for those that the version before writes. Make its field optional, or give it a default.`,
    )
  return `${add} not null default ${value};`
}

function changedColumn(table: string, name: string, before: ColumnShape, wanted: ColumnShape): string[] {
  if (before.type !== wanted.type)
    throw new NotDerivable(
      `the column ${table}.${name} changes from ${before.type} to ${wanted.type}, which the version before could not read. Add a field of another name and type, and remove this one.`,
    )
  if (wanted.notNull && !before.notNull)
    throw new NotDerivable(
      `the column ${table}.${name} must have a value from now on, and rows may have none. Write a migration by hand that gives them one.`,
    )
  const column = `alter table ${quoted(table)} alter column ${quoted(name)}`
  return [
    ...(before.notNull && !wanted.notNull ? [`${column} drop not null;`] : []),
    ...(wanted.fallback && wanted.fallback !== before.fallback ? [`${column} set default ${wanted.fallback};`] : []),
  ]
}

/** A rule on what exists may not hold, and shuts out rows that the version before writes. */
function refuseNewConstraints(table: string, before: TableShape, wanted: TableShape): void {
  const fresh = Object.entries(wanted.constraints).find(([name, rule]) => before.constraints[name] !== rule)
  if (fresh)
    throw new NotDerivable(
      `the constraint ${fresh[0]} of ${table} is new (${fresh[1]}), and rows that exist may not fulfil it. Write a migration by hand that mends them first.`,
    )
}

const loosened = (table: string, name: string, { notNull, fallback }: ColumnShape): string[] =>
  notNull && fallback === null ? [`alter table ${quoted(table)} alter column ${quoted(name)} drop not null;`] : []

function createTable(name: string, { columns, constraints, indexes }: TableShape): string {
  const lines = [
    ...Object.entries(columns).map(([column, { type, notNull, fallback }]) => {
      const value =
        fallback === 'identity' ? ' generated always as identity' : fallback === null ? '' : ` default ${fallback}`
      return `  ${quoted(column)} ${type}${notNull && fallback !== 'identity' ? ' not null' : ''}${value}`
    }),
    ...Object.entries(constraints).map(
      ([constraint, definition]) => `  constraint ${quoted(constraint)} ${definition}`,
    ),
  ]
  return [
    `create table ${quoted(name)} (\n${lines.join(',\n')}\n);`,
    ...Object.values(indexes).map((sql) => `${unqualified(sql)};`),
  ].join('\n')
}

/** Names without the schema that PostgreSQL writes before them. */
const unqualified = (sql: string): string => sql.replace(/ ON (ONLY )?\w+\./, ' ON ')

/** How an index is kept, without what it is: `WITH (fastupdate=off)`. */
const STORAGE = / WITH \(([^)]*)\)/

/**
 * An index of another definition is another index: the former one is only in the way of those that must not share. One that is only kept
 * in another way need not be made anew.
 */
function changedIndex(index: string, before: string, wanted: string): string[] {
  const storage = STORAGE.exec(wanted)?.[1]
  const isOnlyKept = storage !== undefined && before.replace(STORAGE, '') === wanted.replace(STORAGE, '')
  if (isOnlyKept) return [`alter index ${quoted(index)} set (${storage});`]
  return [`drop index ${quoted(index)};`, `${unqualified(wanted)};`]
}

/** A unique index on what exists may not hold, and shuts out rows that the version before writes. */
function newIndex(table: string, name: string, sql: string, isNewTable: boolean): string {
  if (!isNewTable && sql.startsWith('CREATE UNIQUE'))
    throw new NotDerivable(
      `the index ${name} lets no two rows of ${table} share what rows that exist may share. Write a migration by hand that makes them differ first.`,
    )
  return `${unqualified(sql)};`
}

function tableSteps(name: string, before: TableShape, wanted: TableShape, fallbackOf: FallbackOf): string[] {
  refuseNewConstraints(name, before, wanted)
  const own = Object.entries(wanted.columns)
  const gone = Object.entries(before.columns).filter(([column]) => !(column in wanted.columns))
  const changed = Object.entries(wanted.indexes).filter(
    ([index, sql]) => index in before.indexes && before.indexes[index] !== sql,
  )
  const fresh = Object.entries(wanted.indexes).filter(([index]) => !(index in before.indexes))
  const blocking = Object.entries(before.indexes).filter(
    ([index, sql]) => !(index in wanted.indexes) && sql.startsWith('CREATE UNIQUE'),
  )
  return [
    ...own.flatMap(([column, shape]) => {
      const known = before.columns[column]
      return known ? changedColumn(name, column, known, shape) : [newColumn(name, column, shape, fallbackOf)]
    }),
    ...gone.flatMap(([column, shape]) => loosened(name, column, shape)),
    ...blocking.map(([index]) => `drop index ${quoted(index)};`),
    ...changed.flatMap(([index, sql]) => changedIndex(index, before.indexes[index] ?? '', sql)),
    ...fresh.map(([index, sql]) => newIndex(name, index, sql, false)),
  ]
}

/**
 * Statements that bring a database of one shape to another, empty when it has all of that already. Views are made anew.
 * @throws NotDerivable that names table and column, and what to do
 */
export function expandSteps(before: Shape, wanted: Shape, fallbackOf: FallbackOf): string[] {
  const views = Object.entries(wanted.views).filter(([name, sql]) => before.views[name] !== sql)
  return [
    ...wanted.sequences
      .filter((name) => !before.sequences.includes(name))
      .map((name) => `create sequence ${quoted(name)};`),
    ...Object.entries(wanted.tables).flatMap(([name, shape]) => {
      const known = before.tables[name]
      return known ? tableSteps(name, known, shape, fallbackOf) : [createTable(name, shape)]
    }),
    ...views.flatMap(([name, sql]) => [
      ...(name in before.views ? [`drop view ${quoted(name)};`] : []),
      `create view ${quoted(name)} as ${sql.trim().replace(/;$/, '')};`,
    ]),
  ]
}

/** What of a database is in no definition. */
export function unusedOf(actual: Shape, wanted: Shape): Unused[] {
  return [
    ...Object.entries(actual.triggers)
      .filter(([trigger]) => !(trigger in wanted.triggers))
      .map(([trigger, { table }]) => ({ table, trigger })),
    ...Object.keys(actual.functions)
      .filter((name) => !(name in wanted.functions))
      .map((name) => ({ function: name })),
    ...Object.keys(actual.views)
      .filter((view) => !(view in wanted.views))
      .map((view) => ({ view })),
    ...Object.entries(actual.tables).flatMap(([table, shape]): Unused[] => {
      const known = wanted.tables[table]
      if (!known) return [{ table }]
      return [
        ...Object.keys(shape.columns)
          .filter((column) => !(column in known.columns))
          .map((column) => ({ table, column })),
        ...Object.keys(shape.indexes)
          .filter((index) => !(index in known.indexes))
          .map((index) => ({ table, index })),
      ]
    }),
  ]
}

/** Statements that take away what was unused in a version already, where it is not wanted again. */
export function contractSteps(unused: readonly Unused[], wanted: Shape): string[] {
  return unused.flatMap(({ table, column, index, view, trigger, function: routine }) => {
    if (trigger && table) return [`drop trigger if exists ${quoted(trigger)} on ${quoted(table)};`]
    if (routine) return [`drop function if exists ${routine};`]
    if (view) return view in wanted.views ? [] : [`drop view if exists ${quoted(view)};`]
    if (!table) return []
    const known = wanted.tables[table]
    if (index) return known && index in known.indexes ? [] : [`drop index if exists ${quoted(index)};`]
    if (column)
      return known && column in known.columns
        ? []
        : [`alter table ${quoted(table)} drop column if exists ${quoted(column)};`]
    return known ? [] : [`drop table if exists ${quoted(table)};`]
  })
}
