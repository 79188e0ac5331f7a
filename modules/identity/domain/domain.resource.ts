import { defineResource, f } from '@basalt/resource'

export const domain = defineResource('domain', {
  doc: 'A part of the tree that accounts are in. Who administers a domain administers all below it.',
  concern: 'tenancy',
  ownership: 'platform',
  locality: 'global',
  audience: 'domain',
  fields: {
    parent: f.ref('domain', {
      immutable: true,
      optional: true,
      follows: true,
      doc: 'The domain it is in; the root is in none.',
    }),
    path: f.text({
      readonly: true,
      maxLength: 1_000_000,
      doc: 'Ids of the domains down to this one: /root/.../this/.',
    }),
  },
  actions: {
    create: {
      doc: 'Make a domain below another; below that of your account when none is named.',
      input: ['name', 'description', 'parent'],
      audience: 'domain',
    },
    update: { doc: 'Change its name or description.', input: ['name', 'description'], audience: 'domain' },
    delete: { doc: 'Remove a domain without accounts and domains below.', danger: true, audience: 'domain' },
  },
  scope: 'domain',
  authority: true,
  unique: [['parent', 'name']],
  columns: ['name', 'parent', 'description', 'createdAt'],
})

export interface DomainRow {
  id: string
  name: string
  parent: string | null
  path: string
}
