import { defineResource, f } from '@basalt/resource'

export const account = defineResource('account', {
  doc: 'Owns resources. An account owns itself, so that its users see it.',
  concern: 'tenancy',
  ownership: 'account',
  locality: 'global',
  audience: 'tenant',
  fields: {
    type: f.choice(['tenant', 'project', 'system'], {
      readonly: true,
      doc: 'A customer with users, a project that users of customers work in together, or the platform itself.',
    }),
    domain: f.ref('domain', { immutable: true, follows: true, audience: 'domain', doc: 'Where it is in the tree.' }),
    state: f.state(['active', 'frozen'], { doc: 'Nobody acts in a frozen account; what it owns stays as it is.' }),
  },
  actions: {
    create: {
      doc: 'Open an account.',
      input: ['name', 'description'],
      with: {
        type: f.choice(['tenant', 'project'], { default: 'tenant' }),
        domain: f.ref('domain', { optional: true, doc: 'Where it is to be; in your own domain when none is named.' }),
      },
      to: 'active',
      audience: 'domain',
    },
    update: { doc: 'Change its name or description.', input: ['name', 'description'], audience: 'domain' },
    freeze: {
      doc: 'Let none of its users log in or act; its resources stay.',
      from: ['active'],
      to: 'frozen',
      danger: true,
      audience: 'domain',
    },
    unfreeze: { doc: 'Let its users act again.', from: ['frozen'], to: 'active', audience: 'domain' },
    move: {
      doc: 'Put it into another domain, with all it owns. Rights in both domains are needed.',
      input: { to: f.ref('domain', { doc: 'The domain to be in.' }) },
      danger: true,
      audience: 'domain',
    },
    delete: {
      doc: 'Close it; it must own nothing, or be frozen and deleted with all it owns.',
      danger: true,
      audience: 'domain',
    },
  },
  authority: true,
  cascadeFrom: ['frozen'],
  usableStates: ['active'],
  columns: ['name', 'type', 'state', 'domain', 'createdAt'],
})

export interface AccountRow {
  id: string
  name: string
  type: 'tenant' | 'project' | 'system'
  domain: string
  state: 'active' | 'frozen'
}
