/** Observers and notifiers of plugins, each under the name of its plugin. */
import {
  type EventObserver,
  type Log,
  type Module,
  type NodeLease,
  observersModule,
  observing,
  type Store,
} from '@basalt/kernel'
import type { PlacementPolicy } from '@basalt/plugin'
import type { CreatedPlugin } from './create.ts'

const named = <T extends { name: string }>(plugin: string, parts: readonly T[] = []): T[] =>
  parts.map((part) => ({ ...part, name: `${plugin}/${part.name}` }))

export function pluginObservers(
  plugins: readonly CreatedPlugin[],
  deps: { store: Store; lease: NodeLease; log: Log },
): Module {
  const { resources } = deps.store.catalogue
  const observers = plugins.flatMap(({ plugin, parts }): EventObserver[] => [
    ...named(plugin.name, parts.observers),
    ...named(plugin.name, parts.notifiers).map((notifier) => observing(notifier, resources)),
  ])
  return observersModule({ ...deps, observers })
}

export const pluginPolicies = (plugins: readonly CreatedPlugin[]): PlacementPolicy[] =>
  plugins.flatMap(({ plugin, parts }) => named(plugin.name, parts.placement))
