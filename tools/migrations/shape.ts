/** What a database looks like, as data: read from PostgreSQL itself, so that two that look alike are alike however they came to be. */
import type { Database } from '@basalt/kernel'

export interface ColumnShape {
  type: string
  notNull: boolean
  /** Expression, or null when a row must say it. */
  fallback: string | null
}

export interface TableShape {
  columns: Record<string, ColumnShape>
  /** Name to statement. */
  indexes: Record<string, string>
  /** Names to definitions of constraints. */
  constraints: Record<string, string>
}

export interface Shape {
  tables: Record<string, TableShape>
  /** Name to query. */
  views: Record<string, string>
  sequences: readonly string[]
  /** Name to its table and how it is made. Definitions have none: one keeps two columns alike while a field is renamed. */
  triggers: Record<string, { table: string; definition: string }>
  /** Signature to how it is made. */
  functions: Record<string, string>
}

const COLUMNS = `
select c.relname as "table", a.attname as "column", format_type(a.atttypid, a.atttypmod) as type, a.attnotnull as "notNull",
       case when a.attidentity <> '' then 'identity' else pg_get_expr(d.adbin, d.adrelid) end as fallback
  from pg_class c join pg_namespace n on n.oid = c.relnamespace join pg_attribute a on a.attrelid = c.oid
  left join pg_attrdef d on d.adrelid = c.oid and d.adnum = a.attnum
 where n.nspname = current_schema() and c.relkind = 'r' and a.attnum > 0 and not a.attisdropped and c.relname <> 'migration'
 order by c.relname, a.attname`

/** Indexes of constraints come with these. */
const INDEXES = `
select t.relname as "table", i.relname as name, pg_get_indexdef(x.indexrelid) as definition
  from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
  join pg_namespace n on n.oid = t.relnamespace
 where n.nspname = current_schema() and t.relname <> 'migration'
   and not exists (select 1 from pg_constraint k where k.conindid = x.indexrelid)
 order by 1, 2`

const CONSTRAINTS = `
select t.relname as "table", k.conname as name, pg_get_constraintdef(k.oid) as definition
  from pg_constraint k join pg_class t on t.oid = k.conrelid join pg_namespace n on n.oid = t.relnamespace
 where n.nspname = current_schema() and t.relname <> 'migration' and k.contype <> 'n'
 order by 1, 2`

const VIEWS = `select viewname as name, definition from pg_views where schemaname = current_schema() order by 1`
const SEQUENCES = `
select c.relname as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
 where n.nspname = current_schema() and c.relkind = 'S'
   and not exists (select 1 from pg_depend d where d.objid = c.oid and d.deptype = 'i') order by 1`

const TRIGGERS = `
select t.tgname as name, c.relname as "table", pg_get_triggerdef(t.oid) as definition
  from pg_trigger t join pg_class c on c.oid = t.tgrelid join pg_namespace n on n.oid = c.relnamespace
 where n.nspname = current_schema() and not t.tgisinternal order by 1`

/** Those of extensions come with these. */
const FUNCTIONS = `
select format('%I(%s)', p.proname, pg_get_function_identity_arguments(p.oid)) as name, pg_get_functiondef(p.oid) as definition
  from pg_proc p join pg_namespace n on n.oid = p.pronamespace
 where n.nspname = current_schema() and p.prokind = 'f'
   and not exists (select 1 from pg_depend d where d.objid = p.oid and d.deptype = 'e') order by 1`

interface Named {
  table: string
  name: string
  definition: string
  [column: string]: unknown
}

const ofTable = (rows: readonly Named[], table: string): Record<string, string> =>
  Object.fromEntries(rows.filter((row) => row.table === table).map(({ name, definition }) => [name, definition]))

export async function shapeOf({ query }: Pick<Database, 'query'>): Promise<Shape> {
  const columns = await query<{ table: string; column: string } & ColumnShape & Record<string, unknown>>(COLUMNS)
  const indexes = await query<Named>(INDEXES)
  const constraints = await query<Named>(CONSTRAINTS)
  const views = await query<{ name: string; definition: string }>(VIEWS)
  const sequences = await query<{ name: string }>(SEQUENCES)
  const triggers = await query<Named>(TRIGGERS)
  const functions = await query<{ name: string; definition: string }>(FUNCTIONS)
  const tables: Record<string, TableShape> = {}
  for (const { table, column, type, notNull, fallback } of columns) {
    tables[table] ??= { columns: {}, indexes: ofTable(indexes, table), constraints: ofTable(constraints, table) }
    tables[table].columns[column] = { type, notNull, fallback }
  }
  return {
    tables,
    views: Object.fromEntries(views.map(({ name, definition }) => [name, definition])),
    sequences: sequences.map(({ name }) => name),
    triggers: Object.fromEntries(triggers.map(({ name, table, definition }) => [name, { table, definition }])),
    functions: Object.fromEntries(functions.map(({ name, definition }) => [name, definition])),
  }
}
