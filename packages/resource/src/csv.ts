/** CSV files of a kind: where they are, and the columns that a create is filled in from. */
import type { Resource } from './define.ts'
import type { FieldSpec } from './field.ts'
import { pathOf } from './kinds.ts'

/** Whether many can be made from a file. */
export const isImportable = ({ actions }: Pick<Resource, 'actions'>): boolean => Object.hasOwn(actions, 'create')

export const csvTemplatePath = (resource: Resource): string => `${pathOf(resource)}/csv-template`
export const importPath = (resource: Resource): string => `${pathOf(resource)}/import`

/** A column of an import: a field of the create, or a member of one at any depth. */
export interface CsvColumn {
  /** Path of the field, e.g. `limits.vms`. */
  name: string
  spec: FieldSpec
  /** A line without it is refused. */
  required: boolean
}

/** Objects are given member by member; what is free of form is one column. */
function columnsOf(name: string, spec: FieldSpec, required: boolean): CsvColumn[] {
  const needed = required && !spec.optional && spec.default === undefined
  const members = spec.type === 'object' ? Object.entries(spec.fields ?? {}) : []
  if (members.length === 0) return [{ name, spec, required: needed }]
  return members.flatMap(([member, inner]) => columnsOf(`${name}.${member}`, inner, needed))
}

/** Columns of an import, in the order of the create's fields. */
export const importColumns = ({ actions }: Resource): CsvColumn[] =>
  Object.entries(actions.create?.input ?? {}).flatMap(([name, spec]) => columnsOf(name, spec, true))
