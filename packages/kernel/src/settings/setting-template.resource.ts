import { defineResource, f } from '@basalt/resource'

const values = f.object({}, { doc: 'Values by name of the setting.' })

export const settingTemplate = defineResource('settingTemplate', {
  doc: 'A set of values for settings, to be applied together.',
  ownership: 'platform',
  locality: 'global',
  audience: 'operator',
  taggable: false,
  fields: { values },
  actions: {
    create: {
      doc: 'Keep a set of values.',
      input: ['name', 'description'],
      with: { values: { ...values, optional: true, doc: 'Values by name; without any, those that are set now.' } },
    },
    update: {
      doc: 'Change it; settings that it was applied to stay as they are.',
      input: ['name', 'description', 'values'],
    },
    apply: { doc: 'Set all its values at once; a preview tells what that would change.', danger: true },
    delete: { doc: 'Forget the set.' },
  },
  unique: [['name']],
  columns: ['name', 'description', 'values', 'updatedAt'],
  sortedBy: 'name',
})

export interface SettingTemplateRow {
  id: string
  name: string
  values: Record<string, unknown>
}
