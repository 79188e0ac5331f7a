/** Network drivers of plugins: a further word for the field `driver` of fabrics, and a thread for each fabric that says it. */
import type { NetworkDriver } from '@basalt/contracts'
import type { OpenNetworkDriver } from '@basalt/infrastructure'
import { type Module, Problem } from '@basalt/kernel'
import type { NetworkDriverSource } from '@basalt/plugin'
import type { FieldSpec, Resource } from '@basalt/resource'
import { isolatedDriver } from '../driver-thread/isolated-driver.ts'
import { NETWORK_METHODS } from '../network-drivers.ts'
import type { LoadedPlugin } from './load.ts'

const sourcesOf = (plugins: readonly LoadedPlugin[]): Map<string, NetworkDriverSource> =>
  new Map(plugins.flatMap(({ plugin }) => Object.entries(plugin.networkDrivers ?? {})))

const fabricOf = (resources: readonly Resource[]): Resource | undefined =>
  resources.find(({ kind }) => kind === 'fabric')

/** Names of the drivers that come with the platform. */
export const builtInDrivers = (resources: readonly Resource[]): readonly string[] =>
  fabricOf(resources)?.fields.driver?.values ?? []

const widened = (fields: Record<string, FieldSpec>, names: readonly string[]): Record<string, FieldSpec> =>
  fields.driver
    ? { ...fields, driver: { ...fields.driver, values: [...(fields.driver.values ?? []), ...names] } }
    : fields

/** The kinds, with the drivers of the plugins among those that a fabric can have. */
export function withDrivers(resources: readonly Resource[], plugins: readonly LoadedPlugin[]): readonly Resource[] {
  const names = [...sourcesOf(plugins).keys()]
  const fabric = fabricOf(resources)
  if (names.length === 0 || !fabric) return resources
  const actions = Object.entries(fabric.actions).map(([name, action]) => [
    name,
    { ...action, input: widened(action.input, names) },
  ])
  const wide: Resource = { ...fabric, fields: widened(fabric.fields, names), actions: Object.fromEntries(actions) }
  return resources.map((resource) => (resource === fabric ? wide : resource))
}

/** Slices of the definitions that count. */
export function overDefinitions(modules: readonly Module[], resources: readonly Resource[]): Module[] {
  const byKind = new Map(resources.map((resource) => [resource.kind, resource]))
  return modules.map((module) => ({
    ...module,
    slices: module.slices.map((slice) => ({ ...slice, resource: byKind.get(slice.resource.kind) ?? slice.resource })),
  }))
}

const notLoaded = (driver: string): Problem =>
  new Problem({
    status: 503,
    code: 'DRIVER_MISSING',
    detail: `The fabric is driven by "${driver}", and no plugin brings such a driver to this node.`,
    remedy: 'Put the plugin that brings it back into the configuration of the control plane, and start it anew.',
  })

/** Opens drivers of plugins, and leaves the platform's own to `open`. */
export function openWithPlugins(
  open: OpenNetworkDriver,
  plugins: readonly LoadedPlugin[],
  builtIn: readonly string[],
  log: (message: string, facts: Record<string, unknown>) => void,
): OpenNetworkDriver {
  const sources = sourcesOf(plugins)
  return (fabric) => {
    if (builtIn.includes(fabric.driver)) return open(fabric)
    const source = sources.get(fabric.driver)
    if (!source) throw notLoaded(fabric.driver)
    const { title, module, factory, options } = source
    return isolatedDriver<NetworkDriver>({
      source: { module, factory, options: options({ northbound: fabric.northbound }) },
      title,
      methods: NETWORK_METHODS,
      log,
    })
  }
}
