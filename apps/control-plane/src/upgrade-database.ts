/** What a node does to the database before it uses it, if it is its own: migrations of its build and of its plugins, and what a restored backup needs. */
import { type Log, migrate, openDatabase, settle } from '@basalt/kernel'
import type { ControlPlaneConfig } from './config.ts'
import { migrations } from './migrations.ts'
import { checkBelonging } from './nodes/belonging.ts'
import { type Plugins, preparePlugins } from './plugins/index.ts'
import { allResources } from './resources.ts'

/** A large table takes its time, and so does a node that came first. */
const STATEMENT_TIMEOUT_MS = 3_600_000

export interface UpgradeDeps {
  databaseUrl: string
  config: Pick<ControlPlaneConfig, 'plugins' | 'dataDir' | 'node'>
  version: string
  log: Log
}

/** @throws Problem when the node does not belong to it; MigrationFailed, and PluginError that tells of all that failed; the database is then as it was before */
export async function upgradeDatabase({ databaseUrl, config, version, log }: UpgradeDeps): Promise<Plugins> {
  const database = openDatabase(databaseUrl, { maxConnections: 1, statementTimeoutMs: STATEMENT_TIMEOUT_MS })
  try {
    await checkBelonging(config, database)
    const applied = await migrate(database, migrations, version)
    if (applied.length > 0) log.info('applied migrations', { migrations: applied })
    const plugins = await preparePlugins(config, database, log)
    const resources = [...allResources, ...plugins.loaded.flatMap(({ plugin }) => plugin.resources ?? [])]
    if (await settle(database, resources))
      log.info('the events of this database are from another PostgreSQL; they count as old from now on')
    return plugins
  } finally {
    await database.close()
  }
}
