import { defineResource, f } from '@basalt/resource'

export const reservation = defineResource('reservation', {
  doc: 'Room on a host that a VM has; its id is the VM’s.',
  ownership: 'platform',
  locality: 'zone',
  audience: 'operator',
  taggable: false,
  fields: {
    host: f.ref('host', { readonly: true }),
    vcpus: f.integer({ readonly: true }),
    memoryBytes: f.bytes({ readonly: true }),
  },
  actions: {},
  columns: ['name', 'host', 'vcpus', 'memoryBytes'],
  carriedBy: { vm: 'id' },
})

export interface ReservationRow {
  id: string
  host: string
  vcpus: number
  memoryBytes: number
}
