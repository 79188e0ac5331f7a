/** Global settings, defined once with the vocabulary of fields; validation, help, API, CLI and console derive from it. */
import type { Field, FieldSpec, ValueOf } from './field.ts'
import { type FieldProblem, problemsOf, schemaOf } from './schema.ts'

export interface SettingOptions<T> {
  /** Used until somebody sets another value. */
  default: T
  /** Kinds whose resources may have a value of their own, the nearest first, e.g. `['vm', 'cluster']`. */
  overridableBy?: readonly string[]
  /** A matter of security, or of what is kept as evidence; otherwise of running the platform. */
  concern?: SettingConcern
}

export type SettingConcern = 'platform' | 'security' | 'audit'

/** Something operators may tune while the platform runs. `T` is the type of its value. */
export interface Setting<T = unknown> {
  /** `<module>.<name>`, e.g. `identity.sessionIdleMinutes`. */
  name: string
  /** Type, range, unit and help (`doc`). */
  field: FieldSpec
  default: T
  overridableBy: readonly string[]
  concern: SettingConcern
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
  if (!/^[a-z][A-Za-z0-9]*\.[a-z][A-Za-z0-9]*$/.test(name) || name.length > 63)
    throw new TypeError(`"${name}" is no name for a setting`)
  if (!field.doc) throw new TypeError(`the setting ${name} has no doc`)
  const { overridableBy = [], concern = 'platform' } = options
  if (concern !== 'platform' && overridableBy.length > 0)
    throw new TypeError(`${name} is a matter of ${concern}: it has one value, for the whole platform`)
  const setting = { name, field, default: options.default, overridableBy, concern }
  const [problem] = settingProblems(setting, options.default, name)
  if (problem) throw new TypeError(`the default of ${name} ${problem.message}`)
  return setting
}

/** What a setting takes, in words: `1 to 3650 d`. */
export function rangeOf({ field }: Pick<Setting, 'field'>): string {
  const { type, minimum, maximum, unit, values, rule, maxLength } = field
  const of = unit ? ` ${unit}` : ''
  if (values) return values.join(', ')
  if (type === 'boolean') return 'true or false'
  if (minimum !== undefined && maximum !== undefined) return `${minimum} to ${maximum}${of}`
  if (minimum !== undefined) return `at least ${minimum}${of}`
  if (maximum !== undefined) return `at most ${maximum}${of}`
  return rule ?? (type === 'text' ? `at most ${maxLength} characters` : type)
}

/**
 * What is wrong with a value of the setting; each problem names the setting and what it takes.
 * @param at name of the input's field that the value came in
 */
export function settingProblems(setting: Pick<Setting, 'name' | 'field'>, value: unknown, at: string): FieldProblem[] {
  const parsed = schemaOf(setting.field).safeParse(value, { reportInput: true })
  if (parsed.success) return []
  return problemsOf(parsed.error).map(({ field, message, remedy }) => ({
    field: field ? `${at}.${field}` : at,
    message: `${message}; ${setting.name} takes ${rangeOf(setting)}`,
    remedy,
  }))
}
