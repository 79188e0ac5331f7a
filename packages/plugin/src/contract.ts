/** The contract between the platform and its plugins. A plugin is a package whose default export is made by `definePlugin`. */
import type {
  conflict,
  EventObserver,
  fencedWriter,
  implement,
  invalidField,
  Log,
  Migration,
  Module,
  Notifier,
  notFound,
  Settings,
  Store,
} from '@basalt/kernel'
import type { FieldSpec, InputRecord, Resource } from '@basalt/resource'
import type { PlacementPolicy } from './placement.ts'

/** Rises when a plugin that was written before would no longer do. */
export const CONTRACT_VERSION = 1

/** Functions of the platform, so that plugin and platform use the same ones however the plugin was bundled. */
export interface PluginTools {
  implement: typeof implement
  invalidField: typeof invalidField
  conflict: typeof conflict
  notFound: typeof notFound
  fencedWriter: typeof fencedWriter
}

export interface PluginContext<Options = unknown> extends PluginTools {
  /** As the configuration of the control plane gives them, checked. */
  options: Options
  store: Store
  settings: Settings
  log: Log
}

/** A service: slices, sagas, settings, routes, reconcilers, examiners, and what runs between `start` and `stop`. */
export type Service = Omit<Module, 'name'>

/** A driver of virtual networks: it runs in a thread of its own for each fabric. */
export interface NetworkDriverSource {
  /** For errors and logs. */
  title: string
  /** URL of the module (`import.meta.resolve('./driver.ts')`). */
  module: string
  /** Its export that makes the driver (`NetworkDriver` of `@basalt/contracts`) from the options. */
  factory: string
  /** Plain data for the factory. */
  options(fabric: { northbound: string }): unknown
}

/** What a plugin brings when it runs. */
export interface PluginParts {
  /** The slices of its kinds are in it. */
  service?: Service
  observers?: readonly EventObserver[]
  notifiers?: readonly Notifier[]
  placement?: readonly PlacementPolicy[]
}

export interface Plugin<Fs extends Record<string, FieldSpec> = Record<string, FieldSpec>> {
  /** `CONTRACT_VERSION` when it was written. */
  contract: number
  /** Lower case with hyphens. Its migrations, observers and routes are kept under it: it never changes. */
  name: string
  version: string
  /** What its configuration takes. */
  options?: Fs
  /** Its kinds. They may refer to those of the platform. */
  resources?: readonly Resource[]
  /** How their tables came to be, from the first version on; `npm run generate` derives them. */
  migrations?: readonly Migration[]
  /** By the name that a fabric's field `driver` gives. */
  networkDrivers?: Readonly<Record<string, NetworkDriverSource>>
  /** Puts it together. Starts nothing: `service.start` does. */
  create(context: PluginContext<InputRecord<Fs>>): PluginParts
}

/** Says that this is a plugin, and lets the compiler check it. */
export const definePlugin = <const Fs extends Record<string, FieldSpec>>(plugin: Plugin<Fs>): Plugin<Fs> => plugin
