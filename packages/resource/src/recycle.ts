/** The recycle bin of a kind: what a delete keeps for a while, and the actions that follow from it. */
import type { Action } from './define.ts'
import { type FieldSpec, f } from './field.ts'
import { title } from './names.ts'
import { defineSetting, type Setting } from './setting.ts'

export interface RecycleOptions<State> {
  /** States from which a delete moves it to the bin; from others there is nothing worth keeping. */
  from: readonly State[]
  /** State while it is brought to rest, for kinds for which that takes time. */
  via?: State
  /** State after it was undeleted. */
  to: State
  /** How long it is kept unless operators say otherwise. */
  retentionHours: number
}

export interface RecycleBin {
  from: readonly string[]
  via?: string
  to: string
  /** Hours; 0: a delete is for good at once. */
  retention: Setting<number>
}

/** The state of what lies in the bin. Kinds with a bin have it among their states. */
export const RECYCLED = 'recycled'

const LONGEST_HOURS = 8_760

interface Parts {
  fields: Record<string, FieldSpec>
  actions: Record<string, Action>
}

const expungeField = f.boolean({ default: false, doc: 'For good at once, past the recycle bin.' })

function actionsOf(kind: string, remove: Action, bin: RecycleBin, failedStates: readonly string[]): Action[] {
  const broken = failedStates.filter((state) => remove.from?.includes(state))
  const expunge: Action = {
    ...remove,
    name: 'expunge',
    doc: 'Delete it for good; it cannot be undeleted after that.',
    input: {},
    from: [RECYCLED, ...broken],
    danger: true,
  }
  const undelete: Action = {
    name: 'undelete',
    doc: `Take it out of the recycle bin; the ${title(kind)} is ${bin.to} afterwards.`,
    input: {},
    from: [RECYCLED],
    to: bin.to,
    long: false,
    danger: false,
    operands: [],
    reveals: {},
    audience: remove.audience,
  }
  return [{ ...remove, input: { ...remove.input, expunge: expungeField } }, undelete, expunge]
}

/** Fields and actions of a kind, with what its recycle bin adds to them. */
export function withRecycleBin(
  kind: string,
  parts: Parts,
  options: RecycleOptions<string> | undefined,
  failedStates: readonly string[],
): Parts & { recycle?: RecycleBin } {
  if (!options) return parts
  const { delete: remove, ...others } = parts.actions
  if (!remove) throw new TypeError(`${kind} has a recycle bin but no delete`)
  if (!parts.fields.state?.values?.includes(RECYCLED))
    throw new TypeError(`${kind} has a recycle bin but not the state "${RECYCLED}"`)
  const retention = defineSetting(
    `recycleBin.${kind}RetentionHours`,
    f.integer({
      minimum: 0,
      maximum: LONGEST_HOURS,
      unit: 'h',
      doc: `How long a deleted ${title(kind)} can be undeleted; with 0 a delete is for good at once.`,
    }),
    { default: options.retentionHours },
  )
  const recycle: RecycleBin = { from: options.from, via: options.via, to: options.to, retention }
  const recycledAt = f.timestamp({ readonly: true, optional: true, doc: 'Since when it is in the recycle bin.' })
  const derived = actionsOf(kind, remove, recycle, failedStates)
  return {
    fields: { ...parts.fields, recycledAt },
    actions: { ...others, ...Object.fromEntries(derived.map((action) => [action.name, action])) },
    recycle,
  }
}
