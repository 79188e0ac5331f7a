import { defineResource, f } from '@basalt/resource'

export const settingOverride = defineResource('settingOverride', {
  doc: 'The value that a setting has for one resource; it goes with the resource.',
  concern: 'settings',
  ownership: 'platform',
  locality: 'global',
  audience: 'operator',
  taggable: false,
  fields: {
    setting: f.ref('setting', { readonly: true, cascade: true, doc: 'The setting.' }),
    targetKind: f.text({ readonly: true, doc: 'Kind of the resource.' }),
    target: f.refTo('targetKind', { readonly: true, cascade: true, doc: 'The resource.' }),
    value: f.json({ readonly: true, optional: true, shape: 'shape', doc: 'The value there.' }),
    shape: f.object({}, { readonly: true, doc: 'Its type, as that of the setting.' }),
  },
  actions: { delete: { doc: 'Let the common value count there again.' } },
  unique: [['setting', 'target']],
  columns: ['name', 'targetKind', 'target', 'value', 'updatedAt'],
  sortedBy: 'name',
})

export interface SettingOverrideRow {
  id: string
  name: string
  setting: string
  targetKind: string
  target: string
  value: unknown
  shape: Record<string, unknown>
}
