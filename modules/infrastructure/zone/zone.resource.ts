import { defineResource } from '@basalt/resource'

export const zone = defineResource('zone', {
  doc: 'A region: resources in different zones cannot see or use each other.',
  ownership: 'platform',
  locality: 'global',
  audience: 'tenant',
  fields: {},
  actions: {
    create: { doc: 'Open a zone.', input: ['name', 'description'] },
    update: { doc: 'Change its name or description.', input: ['name', 'description'] },
    delete: { doc: 'Close a zone that nothing is in.', danger: true },
  },
  scope: 'zone',
  columns: ['name', 'description', 'createdAt'],
})
