/** Global settings, defined once with the vocabulary of fields; validation, help, API, CLI and console derive from it. */
import type { Field, FieldSpec, ValueOf } from './field.ts'

export interface SettingOptions<T> {
  /** Used until somebody sets another value. */
  default: T
  /** Kinds whose resources may have a value of their own, the nearest first, e.g. `['vm', 'cluster']`. */
  overridableBy?: readonly string[]
}

/** Something operators may tune while the platform runs. `T` is the type of its value. */
export interface Setting<T = unknown> {
  /** `<module>.<name>`, e.g. `identity.sessionIdleMinutes`. */
  name: string
  /** Type, range, unit and help (`doc`). */
  field: FieldSpec
  default: T
  overridableBy: readonly string[]
}

/**
 * Define a setting. A module exports a list of its own under `settings`; who needs a value asks `Settings.get(setting)` each time it
 * is needed, so that a change counts at once.
 */
export function defineSetting<F extends Field<unknown>>(
  name: string,
  field: F,
  options: SettingOptions<ValueOf<F>>,
): Setting<ValueOf<F>> {
  if (!/^[a-z][A-Za-z0-9]*\.[a-z][A-Za-z0-9]*$/.test(name)) throw new TypeError(`"${name}" is no name for a setting`)
  if (!field.doc) throw new TypeError(`the setting ${name} has no doc`)
  return { name, field, default: options.default, overridableBy: options.overridableBy ?? [] }
}
