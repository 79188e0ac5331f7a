import { defineResource, f } from '@basalt/resource'

export const groupMember = defineResource('groupMember', {
  doc: 'A user in a group.',
  concern: 'rights',
  ownership: 'account',
  locality: 'global',
  audience: 'tenant',
  fields: {
    account: f.ref('account', { immutable: true, readonly: true, cascade: true, doc: 'Who owns the group.' }),
    group: f.ref('group', { immutable: true, cascade: true }),
    user: f.ref('user', { immutable: true, cascade: true }),
  },
  actions: {
    create: { doc: 'Put a user into a group.', input: ['group', 'user'] },
    delete: { doc: 'Take a user out of a group.' },
  },
  authority: true,
  unique: [['group', 'user']],
  columns: ['group', 'user', 'createdAt'],
})
