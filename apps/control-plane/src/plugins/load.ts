/** From the names in the configuration to plugins that fit the contract, and each other. */
import { createRequire } from 'node:module'
import { isAbsolute, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { withDeadline } from '@basalt/kernel'
import { checkedOptions, clashes, type Fault, type Plugin, pluginFaults } from '@basalt/plugin'
import type { Resource } from '@basalt/resource'
import type { ControlPlaneConfig } from '../config.ts'
import { type Faults, faultOf } from './faults.ts'

export type PluginEntry = ControlPlaneConfig['plugins'][number]

/** A plugin whose form is right. */
export interface LoadedPlugin {
  plugin: Plugin
  optional: boolean
  /** Checked. */
  options: unknown
}

const LOAD_MS = 10_000

/** Where plugins are installed beside the control plane: `npm install --prefix <dataDir>/plugins NAME`. */
const installedIn = (dataDir: string): string => join(dataDir, 'plugins')

function locate(from: string, dataDir: string): string {
  if (isAbsolute(from)) return pathToFileURL(from).href
  for (const base of [join(installedIn(dataDir), 'package.json'), import.meta.url])
    try {
      return pathToFileURL(createRequire(base).resolve(from)).href
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error
    }
  throw new Error('it is not installed')
}

async function exportOf(from: string, dataDir: string): Promise<unknown> {
  const late = (): Error => new Error(`it was not there after ${LOAD_MS / 1000} s`)
  const loaded: { default?: unknown } = await withDeadline(
    import(/* @vite-ignore */ locate(from, dataDir)),
    LOAD_MS,
    late,
  )
  return loaded.default
}

async function read({ plugin: from }: PluginEntry, dataDir: string): Promise<{ plugin: Plugin } | { faults: Fault[] }> {
  try {
    const candidate = await exportOf(from, dataDir)
    const faults = pluginFaults(candidate)
    return faults.length > 0 ? { faults } : { plugin: candidate as Plugin }
  } catch (error) {
    const remedy = `Give the absolute path of its main file, or install it: npm install --prefix ${installedIn(dataDir)} ${from}`
    return { faults: [faultOf('cannot be loaded', error, remedy)] }
  }
}

function driverFaults(plugin: Plugin, taken: ReadonlySet<string>): Fault[] {
  const twice = Object.keys(plugin.networkDrivers ?? {}).filter((name) => taken.has(name))
  return twice.map((name) => ({
    fault: `brings the network driver "${name}", and there is one already`,
    remedy: 'Name its driver otherwise.',
  }))
}

/**
 * Every plugin that will do, in the order of the configuration. Each is judged whatever became of the others.
 * @param taken kinds and names of network drivers that the platform has
 */
export async function loadPlugins(
  { plugins, dataDir }: Pick<ControlPlaneConfig, 'plugins' | 'dataDir'>,
  taken: { resources: readonly Resource[]; drivers: readonly string[] },
  faults: Faults,
): Promise<LoadedPlugin[]> {
  const loaded: LoadedPlugin[] = []
  const resources = [...taken.resources]
  const drivers = new Set(taken.drivers)
  for (const entry of plugins) {
    const found = await read(entry, dataDir)
    const fail = (title: string, all: readonly Fault[]): void =>
      faults.add({ plugin: title, optional: entry.optional, faults: all })
    if ('faults' in found) {
      fail(entry.plugin, found.faults)
      continue
    }
    const { plugin } = found
    const twice = loaded.some(({ plugin: { name } }) => name === plugin.name)
    const checked = checkedOptions(plugin, entry.options)
    const all = [
      ...(twice
        ? [{ fault: 'has the name of another one', remedy: 'Name one of the two otherwise, or list it once.' }]
        : []),
      ...('faults' in checked ? checked.faults : []),
      ...clashes(plugin.resources ?? [], resources),
      ...driverFaults(plugin, drivers),
    ]
    if (all.length > 0 || 'faults' in checked) {
      fail(plugin.name, all)
      continue
    }
    resources.push(...(plugin.resources ?? []))
    for (const name of Object.keys(plugin.networkDrivers ?? {})) drivers.add(name)
    loaded.push({ plugin, optional: entry.optional, options: checked.options })
  }
  return loaded
}
