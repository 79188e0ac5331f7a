import { defineResource, f } from '@basalt/resource'

export const session = defineResource('session', {
  doc: 'A login. It ends when it was not used for a while, some hours after the login, or when it is deleted.',
  concern: 'rights',
  ownership: 'account',
  locality: 'global',
  audience: 'tenant',
  taggable: false,
  fields: {
    account: f.ref('account', { immutable: true, readonly: true, weak: true, doc: 'Whose session it is.' }),
    user: f.ref('user', { readonly: true, cascade: true }),
    tokenHash: f.text({ readonly: true, secret: true }),
    passwordId: f.uuid({ readonly: true, secret: true, doc: 'The password that the login was made with.' }),
    client: f.text({ readonly: true, doc: 'The program that logged in, as it calls itself (User-Agent).' }),
    address: f.text({ readonly: true, doc: 'Where the login came from.' }),
    lastUsedAt: f.timestamp({ readonly: true, doc: 'When it was used last, to the minute.' }),
    expiresAt: f.timestamp({ readonly: true, doc: 'When it ends unless it is used before; moves on with use.' }),
    endsAt: f.timestamp({ readonly: true, doc: 'When it ends, however much it is used.' }),
  },
  actions: { delete: { doc: 'Log out; its token counts nowhere any more.' } },
  personal: { field: 'user', actions: ['read', 'delete'] },
  unique: [['tokenHash']],
  indexed: ['user'],
  columns: ['user', 'client', 'address', 'lastUsedAt', 'createdAt', 'expiresAt'],
})
