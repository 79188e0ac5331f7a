import { defineResource } from '@basalt/resource'

/**
 * The audit as what rights are about: `audit.read`, `audit.verify`. It is no kind: entries are chained and never change, and have a
 * table and routes of their own.
 */
export const auditLog = defineResource('audit', {
  doc: 'Who did what, and when.',
  concern: 'audit',
  ownership: 'account',
  locality: 'global',
  audience: 'tenant',
  fields: {},
  actions: {},
  columns: [],
  permits: { verify: { doc: 'Recompute the hash chains.', audience: 'operator' } },
  personal: { field: 'user', actions: ['read'] },
})
