import { defineResource, f } from '@basalt/resource'

/** Rows are written with the change itself. */
export const settingChange = defineResource('settingChange', {
  doc: 'One change of a setting: who, when, from what, to what.',
  concern: 'record',
  ownership: 'platform',
  locality: 'global',
  audience: 'operator',
  taggable: false,
  fields: {
    setting: f.ref('setting', { readonly: true, weak: true, doc: 'The setting; the record outlives it.' }),
    from: f.json({
      readonly: true,
      optional: true,
      shape: 'shape',
      doc: 'Value before; none where a resource had none of its own.',
    }),
    to: f.json({
      readonly: true,
      optional: true,
      shape: 'shape',
      doc: 'Value after; none where a resource has none of its own any more.',
    }),
    how: f.choice(['set', 'reset', 'template', 'override', 'inherit', 'upgrade'], {
      readonly: true,
      doc: 'What changed it; an upgrade when the old value is not allowed any more.',
    }),
    user: f.ref('user', { readonly: true, weak: true, doc: 'Who changed it.' }),
    shape: f.object({}, { readonly: true, doc: 'Type of the values.' }),
    targetKind: f.text({ readonly: true, optional: true, doc: 'Kind of the one resource that it was changed for.' }),
    target: f.refTo('targetKind', { readonly: true, optional: true, weak: true, doc: 'That resource.' }),
  },
  actions: {},
  columns: ['createdAt', 'name', 'from', 'to', 'how', 'user', 'targetKind', 'target'],
})
