import { defineResource, f } from '@basalt/resource'

export const account = defineResource('account', {
  doc: 'Owns resources. An account owns itself, so that its users see it.',
  ownership: 'account',
  locality: 'global',
  audience: 'tenant',
  fields: {
    type: f.choice(['tenant', 'system'], { readonly: true, doc: 'A customer, or the platform itself.' }),
  },
  actions: {
    create: { doc: 'Open an account.', input: ['name', 'description'], audience: 'operator' },
    update: { doc: 'Change its name or description.', input: ['name', 'description'], audience: 'operator' },
    delete: { doc: 'Close it; it must own nothing.', danger: true, audience: 'operator' },
  },
  columns: ['name', 'type', 'createdAt'],
})
