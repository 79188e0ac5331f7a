import { defineResource, f } from '@basalt/resource'

export const share = defineResource('share', {
  doc: 'Lets others see a resource and refer to it, but not change it.',
  ownership: 'account',
  locality: 'global',
  audience: 'tenant',
  fields: {
    account: f.ref('account', { immutable: true, readonly: true, cascade: true, doc: 'Who owns the resource.' }),
    sharedKind: f.text({ immutable: true, maxLength: 63, doc: 'Kind of the resource, e.g. image.' }),
    resource: f.uuid({ immutable: true, doc: 'What is shared.' }),
    grantee: f.choice(['account', 'domain', 'all'], { immutable: true, doc: 'Who may see it.' }),
    toAccount: f.uuid({
      immutable: true,
      optional: true,
      doc: 'For the grantee "account". Nobody is told whether there is such an account.',
    }),
    toDomain: f.uuid({
      immutable: true,
      optional: true,
      doc: 'For the grantee "domain": all accounts in it and below it.',
    }),
  },
  actions: {
    create: { doc: 'Share a resource.', input: ['sharedKind', 'resource', 'grantee', 'toAccount', 'toDomain'] },
    delete: { doc: 'Recall it: no new use; who uses it goes on.' },
  },
  permits: { publish: { doc: 'Share with a whole domain, or with all.', audience: 'domain' } },
  unique: [
    ['resource', 'toAccount'],
    ['resource', 'toDomain'],
  ],
  indexed: ['resource', 'toAccount', 'toDomain', 'grantee'],
  columns: ['name', 'sharedKind', 'grantee', 'toAccount', 'createdAt'],
})
