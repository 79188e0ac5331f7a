import { defineResource, f } from '@basalt/resource'

export const setting = defineResource('setting', {
  doc: 'Something that operators tune while the platform runs. What there is, the programs say; a change counts on every node at once.',
  concern: 'settings',
  ownership: 'platform',
  locality: 'global',
  audience: 'operator',
  taggable: false,
  fields: {
    value: f.json({ readonly: true, optional: true, shape: 'shape', doc: 'The value that counts.' }),
    default: f.json({ readonly: true, optional: true, shape: 'shape', doc: 'Its value when nobody has set another.' }),
    range: f.text({ readonly: true, doc: 'Values that it takes.' }),
    changed: f.boolean({ readonly: true, doc: 'Somebody has set it; a reset takes that back.' }),
    module: f.text({ readonly: true, doc: 'Part of the platform that it belongs to.' }),
    overridableBy: f.list(f.text(), {
      readonly: true,
      doc: 'Kinds whose resources may have a value of their own, the nearest first.',
    }),
    shape: f.object({}, { readonly: true, doc: 'Its type, as the kinds describe a field.' }),
  },
  actions: {
    set: {
      doc: 'Set its value for the whole platform.',
      input: { value: f.json({ shape: 'shape', doc: 'The new value.' }) },
      operands: ['value'],
    },
    reset: { doc: 'Back to its default.' },
    override: {
      doc: 'Set its value for one resource and what belongs to it, where the setting allows that.',
      input: {
        kind: f.text({ maxLength: 63, doc: 'Kind of the resource, e.g. cluster.' }),
        resource: f.refTo('kind', { doc: 'The resource.' }),
        value: f.json({ shape: 'shape', doc: 'The value there.' }),
      },
      operands: ['kind', 'resource', 'value'],
    },
    inherit: {
      doc: 'Take the value of its own from a resource, so that the common one counts there again.',
      input: {
        kind: f.text({ maxLength: 63, doc: 'Kind of the resource.' }),
        resource: f.refTo('kind', { doc: 'The resource.' }),
      },
      operands: ['kind', 'resource'],
    },
  },
  unique: [['name']],
  indexed: ['module'],
  columns: ['name', 'value', 'default', 'range', 'changed'],
  sortedBy: 'name',
})

export interface SettingRow {
  id: string
  name: string
  description: string
  value: unknown
  default: unknown
  range: string
  changed: boolean
  module: string
  overridableBy: string[]
  shape: Record<string, unknown>
}
