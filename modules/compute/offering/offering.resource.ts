import { defineResource, f } from '@basalt/resource'

export const offering = defineResource('offering', {
  doc: 'A size of VM.',
  ownership: 'platform',
  locality: 'global',
  audience: 'tenant',
  fields: {
    vcpus: f.integer({ immutable: true, minimum: 1, maximum: 240 }),
    memoryBytes: f.bytes({ immutable: true, minimum: 64 * 2 ** 20, maximum: 2 ** 40, doc: 'At least 64 MiB.' }),
  },
  actions: {
    create: { doc: 'Offer a size.', input: ['name', 'description', 'vcpus', 'memoryBytes'] },
    update: { doc: 'Change its name or description.', input: ['name', 'description'] },
    delete: { doc: 'Offer it no more; VMs of this size go on.', danger: true },
  },
  columns: ['name', 'vcpus', 'memoryBytes'],
})

export interface OfferingRow {
  id: string
  name: string
  vcpus: number
  memoryBytes: number
}
