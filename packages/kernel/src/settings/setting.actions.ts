/** Setting, resetting and overriding. */
import { isDeepStrictEqual } from 'node:util'
import { type Setting, settingProblems } from '@basalt/resource'
import { implement, type Slice } from '../action.ts'
import type { Operation } from '../operations.ts'
import { conflict, invalid, invalidField } from '../problem.ts'
import type { Store } from '../store.ts'
import { changeOperation } from './changes.ts'
import { overrideId } from './ids.ts'
import { type SettingRow, setting } from './setting.resource.ts'
import { settingChange } from './setting-change.resource.ts'
import { type SettingOverrideRow, settingOverride } from './setting-override.resource.ts'

export type Definitions = () => readonly Setting[]

/** The definition of a setting that has a row; rows and definitions part only while nodes are upgraded. */
export function definitionOf(definitions: Definitions, name: string): Setting {
  const found = definitions().find((definition) => definition.name === name)
  if (found) return found
  throw conflict(
    'SETTING_UNKNOWN',
    `This node does not know the setting ${name}.`,
    'Upgrade every node of the control plane to the same version.',
  )
}

function check(definition: Setting, value: unknown): void {
  const problems = settingProblems(definition, value, 'value')
  if (problems.length > 0) throw invalid(problems, `${definition.name} does not take this value; nothing was changed.`)
}

async function overrideOf(store: Store, id: string, target: string): Promise<SettingOverrideRow | undefined> {
  const [row] = await store.all<SettingOverrideRow>('settingOverride', { setting: id, target })
  return row
}

function checkOverridable({ name, overridableBy }: Setting, kind: string): void {
  if (overridableBy.includes(kind)) return
  const remedy = overridableBy.length > 0 ? `Choose a ${overridableBy.join(' or ')}.` : 'Set it for the whole platform.'
  throw invalidField('kind', `cannot have a ${name} of its own`, remedy)
}

/** Operations that give a resource its own value. */
function overrideOperations(
  row: SettingRow,
  before: SettingOverrideRow | undefined,
  change: OverrideChange,
): Operation[] {
  const { kind, resource, value, user } = change
  const write: Operation = before
    ? { op: 'update', kind: 'settingOverride', id: before.id, set: { value } }
    : {
        op: 'insert',
        kind: 'settingOverride',
        row: {
          id: overrideId(row.id, resource),
          name: row.name,
          description: '',
          setting: row.id,
          targetKind: kind,
          target: resource,
          value,
          shape: row.shape,
        },
      }
  return [
    write,
    changeOperation({
      setting: row,
      from: before?.value,
      to: value,
      how: 'override',
      user,
      target: { kind, id: resource },
    }),
  ]
}

interface OverrideChange {
  kind: string
  resource: string
  value: unknown
  user: string
}

/** Remembers that it was taken back. */
function inheritChange(own: SettingOverrideRow, user: string): Operation {
  const target = { kind: own.targetKind, id: own.target }
  const setting = { id: own.setting, name: own.name, shape: own.shape }
  return changeOperation({ setting, from: own.value, to: null, how: 'inherit', user, target })
}

const settingSlice = (definitions: Definitions): Slice =>
  implement(setting, {
    set: {
      async short({ row, input, caller: { user } }) {
        const { value } = input
        check(definitionOf(definitions, row.name), value)
        if (row.changed && isDeepStrictEqual(row.value, value)) return undefined
        const change = changeOperation({ setting: row, from: row.value, to: value, how: 'set', user })
        return { set: { value, changed: true }, operations: [change] }
      },
    },
    reset: {
      async short({ row, caller: { user } }) {
        if (!row.changed) return undefined
        const change = changeOperation({ setting: row, from: row.value, to: row.default, how: 'reset', user })
        return { set: { value: row.default, changed: false }, operations: [change] }
      },
    },
    override: {
      async short({ row, input, store, caller: { user } }) {
        const { kind, resource, value } = input
        const definition = definitionOf(definitions, row.name)
        checkOverridable(definition, kind)
        check(definition, value)
        const before = await overrideOf(store, row.id, resource)
        if (before && isDeepStrictEqual(before.value, value)) return undefined
        return { operations: overrideOperations(row as SettingRow, before, { kind, resource, value, user }) }
      },
    },
    inherit: {
      async short({ row, input, store, caller: { user } }) {
        const own = await overrideOf(store, row.id, input.resource)
        if (!own)
          throw conflict(
            'NOT_OVERRIDDEN',
            `The common value of ${row.name} counts there already.`,
            'basalt setting-override list shows what is overridden.',
          )
        const remove: Operation = { op: 'delete', kind: 'settingOverride', id: own.id }
        return { operations: [remove, inheritChange(own, user)] }
      },
    },
  })

const overrideSlice = implement(settingOverride, {
  delete: {
    short: async ({ row, caller: { user } }) => ({ operations: [inheritChange(row as SettingOverrideRow, user)] }),
  },
})

/** Settings with their overrides and their history. */
export const settingSlices = (definitions: Definitions): Slice[] => [
  settingSlice(definitions),
  overrideSlice,
  implement(settingChange),
]
