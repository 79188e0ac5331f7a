/** Brings the rows of settings up to date with their definitions: at start, by every node. */
import { isDeepStrictEqual } from 'node:util'
import { kindField, rangeOf, type Setting, settingProblems } from '@basalt/resource'
import { PLATFORM } from '../caller.ts'
import type { Row } from '../database.ts'
import { type Operation, Refused } from '../operations.ts'
import type { Store } from '../store.ts'
import { changeOperation } from './changes.ts'
import { settingId } from './ids.ts'
import type { SettingRow } from './setting.resource.ts'

/** As it comes back from the database: without what is undefined. */
const plain = (value: unknown): unknown => JSON.parse(JSON.stringify(value ?? null))

/** What a row says of its definition. */
function described(definition: Setting): Row {
  const { name, field, overridableBy } = definition
  return {
    description: field.doc ?? '',
    default: plain(definition.default),
    range: rangeOf(definition),
    module: name.split('.')[0],
    overridableBy: [...overridableBy],
    shape: plain(kindField('value', field)),
  }
}

const inserted = (definition: Setting): Operation => ({
  op: 'insert',
  kind: 'setting',
  row: {
    ...described(definition),
    id: settingId(definition.name),
    name: definition.name,
    value: plain(definition.default),
    changed: false,
  },
})

/** A value that nobody set follows the default; one that is not allowed any more is taken back. */
function updated(definition: Setting, row: SettingRow): Operation[] {
  const description = described(definition)
  const allowed = settingProblems(definition, row.value, 'value').length === 0
  const keep = row.changed && allowed
  const wanted = { ...description, value: keep ? row.value : description.default, changed: keep }
  const current = Object.fromEntries(Object.keys(wanted).map((field) => [field, row[field as keyof SettingRow]]))
  if (isDeepStrictEqual(plain(current), plain(wanted))) return []
  const update: Operation = { op: 'update', kind: 'setting', id: row.id, set: wanted }
  if (!row.changed || allowed) return [update]
  return [
    update,
    changeOperation({ setting: row, from: row.value, to: description.default, how: 'upgrade', user: PLATFORM.user }),
  ]
}

/** Another node that starts at the same time may be quicker. */
async function attempt(store: Store, operations: Operation[]): Promise<void> {
  try {
    await store.commit(operations)
  } catch (error) {
    if (!(error instanceof Refused)) throw error
  }
}

export async function seedSettings(store: Store, definitions: readonly Setting[]): Promise<void> {
  const rows = new Map((await store.all<SettingRow>('setting', {})).map((row) => [row.name, row]))
  const units = definitions.map((definition) => {
    const row = rows.get(definition.name)
    return row ? updated(definition, row) : [inserted(definition)]
  })
  const known = new Set(definitions.map(({ name }) => name))
  // What somebody set stays: a node of a former version, that starts while others are upgraded, must not forget it for them.
  const gone = [...rows.values()].filter(({ name, changed }) => !known.has(name) && !changed)
  units.push(...gone.map(({ id }): Operation[] => [{ op: 'delete', kind: 'setting', id }]))
  await Promise.all(units.filter((unit) => unit.length > 0).map((unit) => attempt(store, unit)))
}
