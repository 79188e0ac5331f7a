/** Makes the parts of plugins, and checks that they keep to what is theirs. */
import {
  conflict,
  fencedWriter,
  implement,
  invalidField,
  type LiveSettings,
  type Log,
  type Module,
  notFound,
  type Store,
  withDeadline,
} from '@basalt/kernel'
import { clashes, type Fault, type PluginParts } from '@basalt/plugin'
import { type Faults, faultOf } from './faults.ts'
import type { LoadedPlugin } from './load.ts'

export interface CreatedPlugin extends LoadedPlugin {
  parts: PluginParts
}

/** `rack-lights` → `rackLights`. */
const camel = (name: string): string => name.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase())

function partsFaults({ plugin }: LoadedPlugin, { service }: PluginParts): Fault[] {
  const { name, resources = [] } = plugin
  const own = new Set(resources.map(({ kind }) => kind))
  const implemented = new Set(service?.slices.map(({ resource }) => resource.kind))
  const without = [...own].filter((kind) => !implemented.has(kind))
  const foreign = [...implemented].filter((kind) => !own.has(kind))
  const home = `/v1/plugins/${name}/`
  const prefix = `${camel(name)}.`
  const settings = (service?.settings ?? []).filter((setting) => !setting.name.startsWith(prefix))
  const routes = (service?.routes ?? []).filter(({ path }) => !path.startsWith(home))
  const sagas = (service?.sagas ?? []).filter((saga) => !own.has(saga.name.split('.')[0] ?? ''))
  return [
    ...without.map((kind) => ({
      fault: `has no slice for its kind ${kind}`,
      remedy: `Put implement(${kind}) among the slices of its service.`,
    })),
    ...foreign.map((kind) => ({
      fault: `has a slice for the kind ${kind}, which is not its own`,
      remedy: 'Name the definition under "resources", or leave the slice out.',
    })),
    ...settings.map((setting) => ({
      fault: `has the setting ${setting.name}`,
      remedy: `Let its name begin with "${prefix}".`,
    })),
    ...routes.map(({ path }) => ({ fault: `has the route ${path}`, remedy: `Let its path begin with "${home}".` })),
    ...sagas.map((saga) => ({
      fault: `has the saga ${saga.name}`,
      remedy: 'Let its name begin with one of its kinds and a dot.',
    })),
  ]
}

/** What plugins are made over. */
export interface Foundations {
  store: Store
  settings: LiveSettings
}

/**
 * The parts of every plugin that makes them. Where one fails and is left out, the others are made anew over foundations without its kinds,
 * so that nothing of it is there.
 */
export function createPlugins(
  plugins: readonly LoadedPlugin[],
  lay: (plugins: readonly LoadedPlugin[]) => Foundations,
  { faults, log }: { faults: Faults; log: Log },
): Foundations & { plugins: CreatedPlugin[] } {
  const foundations = lay(plugins)
  const created: CreatedPlugin[] = []
  const failed = new Set<LoadedPlugin>()
  for (const loaded of plugins) {
    const { plugin, options, optional } = loaded
    const { store, settings } = foundations
    const context = {
      options: options as never,
      store,
      settings,
      log,
      implement,
      invalidField,
      conflict,
      notFound,
      fencedWriter,
    }
    const { resources = [] } = plugin
    // What it refers to may have been left out.
    const found = clashes(
      resources,
      store.catalogue.resources.filter((resource) => !resources.includes(resource)),
    )
    try {
      const parts = plugin.create(context)
      found.push(...partsFaults(loaded, parts))
      created.push({ ...loaded, parts })
    } catch (error) {
      found.push(
        faultOf('cannot be made', error, 'See the documentation of the plugin, or install another version of it.'),
      )
    }
    if (found.length === 0) continue
    faults.add({ plugin: plugin.name, optional, faults: found })
    failed.add(loaded)
  }
  faults.refuse()
  if (failed.size === 0) return { ...foundations, plugins: created }
  return createPlugins(
    plugins.filter((plugin) => !failed.has(plugin)),
    lay,
    { faults, log },
  )
}

const START_MS = 30_000

/** The services of plugins as modules. One that does not start keeps the node from starting, unless it is optional. */
export function serviceModules(plugins: readonly CreatedPlugin[], faults: Faults): Module[] {
  return plugins.flatMap(({ plugin, optional, parts: { service } }) =>
    service
      ? [
          {
            ...service,
            name: `plugin ${plugin.name}`,
            async start() {
              try {
                const late = (): Error => new Error(`it had not started after ${START_MS / 1000} s`)
                await withDeadline(service.start?.() ?? Promise.resolve(), START_MS, late)
              } catch (error) {
                const remedy = 'Mend what the error names, and start the control plane anew.'
                faults.add({ plugin: plugin.name, optional, faults: [faultOf('does not start', error, remedy)] })
                faults.refuse()
              }
            },
          },
        ]
      : [],
  )
}
