/** Each plugin's own migrations, in a transaction of its own: one that fails leaves the database as it was, and the others alone. */
import { type Database, type Log, MigrationFailed, migrate } from '@basalt/kernel'
import type { Fault } from '@basalt/plugin'
import { columnsOf, type Resource, tableName } from '@basalt/resource'
import { type Faults, faultOf } from './faults.ts'
import type { LoadedPlugin } from './load.ts'

/** Columns that the definitions have and the migrations did not make. */
async function missing(database: Database, resources: readonly Resource[]): Promise<Fault[]> {
  const wanted = resources.flatMap((resource) =>
    columnsOf(resource).map(({ name }) => `${tableName(resource)}.${name}`),
  )
  const there = await database.query<{ name: string }>(
    `select table_name || '.' || column_name as name from information_schema.columns
      where table_schema = current_schema() and table_name = any($1::text[])`,
    [resources.map(tableName)],
  )
  const known = new Set(there.map(({ name }) => name))
  const lost = wanted.filter((name) => !known.has(name))
  return lost.length === 0
    ? []
    : [
        {
          fault: `has migrations that do not make ${lost.join(', ')}`,
          remedy: 'Derive them anew with npm run generate.',
        },
      ]
}

async function migrateOne(
  database: Database,
  { plugin }: LoadedPlugin,
): Promise<{ applied: string[]; faults: Fault[] }> {
  const { name, migrations = [], resources = [] } = plugin
  try {
    // Which version of the plugin other nodes run is not known: what takes away waits until there are none.
    const applied = await migrate(database, migrations, undefined, name)
    return { applied, faults: await missing(database, resources) }
  } catch (error) {
    const remedy =
      'The database is as it was before. Install the version of the plugin that was there, or one that mends this.'
    const fault = error instanceof MigrationFailed ? new Error(error.fault, { cause: error }) : error
    return { applied: [], faults: [faultOf('cannot migrate the database', fault, remedy)] }
  }
}

/** Those whose tables are there. */
export async function migratePlugins(
  database: Database,
  loaded: readonly LoadedPlugin[],
  faults: Faults,
  log: Log,
): Promise<LoadedPlugin[]> {
  const ready: LoadedPlugin[] = []
  for (const one of loaded) {
    const { applied, faults: found } = await migrateOne(database, one)
    if (applied.length > 0) log.info('applied migrations of a plugin', { plugin: one.plugin.name, migrations: applied })
    if (found.length > 0) faults.add({ plugin: one.plugin.name, optional: one.optional, faults: found })
    else ready.push(one)
  }
  return ready
}
