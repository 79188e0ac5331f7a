/** Databases as a frozen version left them, and what is compared before and after. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Database, migrate, openDatabase, type Row } from '@basalt/kernel'
import { scratchDatabase } from '@basalt/testkit'
import { migrations } from '../../../apps/control-plane/src/migrations.ts'
import { allLines, frozenVersions, type Line, migrationFiles } from '../../../tools/migrations/line.ts'
import { type Shape, shapeOf } from '../../../tools/migrations/shape.ts'
import { ROOT } from '../../../tools/tree.ts'

export const lines = await allLines(ROOT)
export const [platform] = lines as [Line, ...Line[]]

/** Every frozen version, the oldest first. */
export const versions = frozenVersions(ROOT, platform).map(({ version }) => version)

export const pluginsOf = (): { plugin: string }[] => lines.flatMap(({ plugin }) => (plugin ? [{ plugin }] : []))

/** What a version kept of a line; a plugin may be younger than the version. */
export function keptOf(line: Line, version: string): { shape: Shape; data: string; migrations: string[] } | undefined {
  const frozen = frozenVersions(ROOT, line).find((one) => one.version === version)
  if (!frozen) return undefined
  const read = (name: string): string => readFileSync(join(ROOT, line.frozen, version, name), 'utf8')
  return {
    shape: JSON.parse(read('schema.json')),
    data: read('data.sql'),
    migrations: Object.keys(frozen.migrations),
  }
}

/** Name under which a plugin's migrations are kept. */
const ownerOf = ({ plugin }: Line): string | undefined => plugin?.replace(/^@basalt\/plugin-/, '')

export interface TestDatabase {
  url: string
  database: Database
  close(): Promise<void>
}

export async function emptyDatabase(): Promise<TestDatabase> {
  const scratch = await scratchDatabase()
  const database = openDatabase(scratch.url, { maxConnections: 4 })
  return {
    url: scratch.url,
    database,
    async close() {
      await database.close()
      await scratch.drop()
    },
  }
}

/** Apply the migrations of every line: those of the version, or all that there are. */
async function bringTo(database: Database, version?: string, load = false): Promise<void> {
  for (const line of lines) {
    const kept = version ? keptOf(line, version) : undefined
    if (version && !kept) continue
    const files = line.plugin ? await migrationFiles(ROOT, line, undefined) : migrations
    const wanted = kept ? files.filter(({ name }) => kept.migrations.includes(name)) : files
    await migrate(database, wanted, undefined, ownerOf(line))
    if (kept && load) await database.script(kept.data)
  }
}

/** As the version left it, without data. */
export async function schemaOf(version: string): Promise<Shape> {
  const { database, close } = await emptyDatabase()
  try {
    await bringTo(database, version)
    return await shapeOf(database)
  } finally {
    await close()
  }
}

/** A database that was made by the version and has the data of its sample cloud. */
export async function databaseOf(version: string): Promise<TestDatabase> {
  const made = await emptyDatabase()
  await bringTo(made.database, version, true)
  return made
}

/** What the present tree does to a database, without a node. */
export const upgrade = (database: Database): Promise<void> => bringTo(database)

/** Every row of the tables, as JSON with these columns alone. */
export async function rowsOf(
  { query }: Pick<Database, 'query'>,
  tables: ReadonlyMap<string, readonly string[]>,
): Promise<Record<string, Row[]>> {
  const found: Record<string, Row[]> = {}
  for (const [name, columns] of tables) {
    const list = columns.map((column) => `"${column}"`).join(', ')
    const rows = await query<{ row: Row }>(
      `select to_jsonb(t) as row from (select ${list} from "${name}") t order by to_jsonb(t)::text`,
    )
    found[name] = rows.map(({ row }) => row)
  }
  return found
}

/** Tables and columns that both have. */
export function commonColumns(one: Shape, other: Shape): Map<string, string[]> {
  const both = Object.entries(one.tables).flatMap(([name, { columns }]): [string, string[]][] => {
    const known = other.tables[name]
    return known ? [[name, Object.keys(columns).filter((column) => column in known.columns)]] : []
  })
  return new Map(both)
}
