/** Rows of a database as SQL that puts them into another one of the same shape. */
import type { Database } from '@basalt/kernel'
import type { Shape, TableShape } from './shape.ts'

const quoted = (name: string): string => `"${name}"`

/** Columns of the primary key, as SQL: the order of the rows is theirs, whatever order they were written in. */
function keyOf({ constraints, columns }: TableShape): string {
  const key = Object.values(constraints).flatMap((definition) => /^PRIMARY KEY \((.*)\)$/.exec(definition)?.[1] ?? [])
  return key[0] ?? Object.keys(columns).map(quoted).join(', ')
}

async function rowsOf({ query }: Pick<Database, 'query'>, name: string, shape: TableShape): Promise<string> {
  const columns = Object.keys(shape.columns).map(quoted)
  // Text without a type fits a column of any type.
  const values = columns.map((column) => `quote_nullable(${column}::text)`).join(', ')
  const rows = await query<{ row: string }>(
    `select array_to_string(array[${values}], ', ') as row from ${quoted(name)} order by ${keyOf(shape)}`,
  )
  if (rows.length === 0) return ''
  const lines = rows.map(({ row }) => `(${row})`).join(',\n')
  return `insert into ${quoted(name)} (${columns.join(', ')}) overriding system value values\n${lines};\n`
}

/** What numbers go on from. */
async function counters({ query }: Pick<Database, 'query'>, { tables, sequences }: Shape): Promise<string[]> {
  const identities = Object.entries(tables).flatMap(([table, { columns }]) =>
    Object.entries(columns)
      .filter(([, { fallback }]) => fallback === 'identity')
      .map(([column]) => `pg_get_serial_sequence('"${table}"', '${column}')`),
  )
  const names = [...sequences.map((name) => `'${quoted(name)}'`), ...identities]
  return Promise.all(
    names.map(async (name) => {
      const [at] = await query<{ value: number | null }>(
        `select pg_sequence_last_value((${name})::regclass)::bigint as value`,
      )
      return at?.value ? `select setval((${name})::regclass, ${at.value});` : ''
    }),
  )
}

/** How many rows each table of the shape has. */
export async function countsOf({ query }: Pick<Database, 'query'>, { tables }: Shape): Promise<Map<string, number>> {
  const counts = new Map<string, number>()
  for (const name of Object.keys(tables)) {
    const [row] = await query<{ count: number }>(`select count(*) as count from ${quoted(name)}`)
    counts.set(name, row?.count ?? 0)
  }
  return counts
}

/**
 * Everything in the tables of the shape. It takes the place of what is there: a fresh database has some rows already.
 * @param conceal texts that stand for this machine, and what is written for them
 */
export async function dumpOf(
  database: Pick<Database, 'query'>,
  shape: Shape,
  conceal: Readonly<Record<string, string>> = {},
): Promise<string> {
  const tables: string[] = []
  for (const [name, table] of Object.entries(shape.tables)) tables.push(await rowsOf(database, name, table))
  const parts = [
    `truncate ${Object.keys(shape.tables).map(quoted).join(', ')};\n`,
    ...tables,
    ...(await counters(database, shape)).map((line) => `${line}\n`),
  ]
  return Object.entries(conceal).reduce((text, [from, to]) => text.replaceAll(from, to), parts.join(''))
}
