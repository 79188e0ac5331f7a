import { defineResource, f } from '@basalt/resource'

export const group = defineResource('group', {
  doc: 'Users who get the same roles.',
  concern: 'rights',
  ownership: 'account',
  locality: 'global',
  audience: 'tenant',
  fields: {
    account: f.ref('account', { immutable: true, readonly: true, cascade: true, doc: 'Who owns it.' }),
  },
  actions: {
    create: { doc: 'Make a group.', input: ['name', 'description'] },
    update: { doc: 'Change its name or description.', input: ['name', 'description'] },
    delete: { doc: 'Remove it; its members lose the roles they had through it.', danger: true },
  },
  authority: true,
  columns: ['name', 'description', 'createdAt'],
})
