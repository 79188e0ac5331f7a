import { defineResource } from '@basalt/resource'

export const storageClass = defineResource('storageClass', {
  doc: 'A kind of disk that tenants can name, e.g. SSD.',
  plural: 'storageClasses',
  ownership: 'platform',
  locality: 'zone',
  audience: 'tenant',
  fields: {},
  actions: {
    create: { doc: 'Offer a kind of disk.', input: ['name', 'description', 'zone'] },
    update: { doc: 'Change its name or description.', input: ['name', 'description'] },
    delete: { doc: 'Offer it no more; no pool may be of it.', danger: true },
  },
  columns: ['name', 'zone', 'description'],
})
