import { defineResource, f } from '@basalt/resource'

export const roleBinding = defineResource('roleBinding', {
  doc: 'A role, given to a user or a group somewhere.',
  concern: 'rights',
  ownership: 'account',
  locality: 'global',
  audience: 'tenant',
  fields: {
    account: f.ref('account', {
      immutable: true,
      readonly: true,
      cascade: true,
      doc: 'Where the role counts, for the scope "account"; otherwise the account of the user or group.',
    }),
    user: f.ref('user', { immutable: true, optional: true, cascade: true, doc: 'Who gets it; or a group.' }),
    group: f.ref('group', { immutable: true, optional: true, cascade: true, doc: 'Who get it; or a user.' }),
    role: f.ref('role', { immutable: true }),
    scope: f.choice(['platform', 'zone', 'domain', 'account'], { immutable: true, doc: 'How far it reaches.' }),
    zone: f.ref('zone', { immutable: true, optional: true, cascade: true, doc: 'For the scope "zone".' }),
    domain: f.ref('domain', {
      immutable: true,
      optional: true,
      cascade: true,
      audience: 'domain',
      doc: 'For the scope "domain": it counts there and below.',
    }),
  },
  actions: {
    create: {
      doc: 'Give a role. You can give what you may do yourself where you give it.',
      input: ['user', 'group', 'role', 'scope', 'zone', 'domain'],
      with: {
        inAccount: f.ref('account', {
          optional: true,
          doc: 'For the scope "account"; the one you act in when absent.',
        }),
      },
    },
    delete: { doc: 'Take the role away.', danger: true },
  },
  authority: true,
  columns: ['name', 'user', 'group', 'role', 'scope', 'createdAt'],
})

export interface RoleBindingRow {
  id: string
  name: string
  account: string
  user: string | null
  group: string | null
  role: string
  scope: 'platform' | 'zone' | 'domain' | 'account'
  zone: string | null
  domain: string | null
}
