import { defineResource, f } from '@basalt/resource'

export const session = defineResource('session', {
  doc: 'A login. It ends when it expires, or when it is deleted.',
  ownership: 'account',
  locality: 'global',
  audience: 'tenant',
  taggable: false,
  fields: {
    account: f.ref('account', { immutable: true, readonly: true, weak: true, doc: 'Whose session it is.' }),
    user: f.ref('user', { readonly: true, cascade: true }),
    tokenHash: f.text({ readonly: true, secret: true }),
    address: f.text({ readonly: true, doc: 'Where the login came from.' }),
    expiresAt: f.timestamp({ readonly: true }),
  },
  actions: { delete: { doc: 'Log out.' } },
  personal: { field: 'user', actions: ['read', 'delete'] },
  unique: [['tokenHash']],
  indexed: ['user'],
  columns: ['user', 'address', 'createdAt', 'expiresAt'],
})
