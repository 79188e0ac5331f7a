/** Plugins: packages that add kinds, services, observers, notifiers, placement policies and network drivers to the control plane. */
import type { Database, Log } from '@basalt/kernel'
import type { ControlPlaneConfig } from '../config.ts'
import { allResources } from '../resources.ts'
import { builtInDrivers } from './drivers.ts'
import { createFaults, type Faults } from './faults.ts'
import { type LoadedPlugin, loadPlugins } from './load.ts'
import { migratePlugins } from './migrate.ts'

export interface Plugins {
  loaded: readonly LoadedPlugin[]
  faults: Faults
}

export const noPlugins = (log: Log): Plugins => ({ loaded: [], faults: createFaults(log) })

/** Load what the configuration lists and bring the database to what it needs. @throws PluginError that tells of all that failed */
export async function preparePlugins(
  config: Pick<ControlPlaneConfig, 'plugins' | 'dataDir'>,
  database: Database,
  log: Log,
): Promise<Plugins> {
  const faults = createFaults(log)
  const taken = { resources: allResources, drivers: builtInDrivers(allResources) }
  const loaded = await loadPlugins(config, taken, faults)
  faults.refuse()
  const ready = await migratePlugins(database, loaded, faults, log)
  faults.refuse()
  return { loaded: ready, faults }
}
