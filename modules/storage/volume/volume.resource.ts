import { defineResource, f } from '@basalt/resource'

export const volume = defineResource('volume', {
  doc: 'A block device of a VM.',
  ownership: 'account',
  locality: 'zone',
  audience: 'tenant',
  fields: {
    class: f.ref('storageClass', { readonly: true, optional: true, doc: 'Known when a place was found for it.' }),
    sizeBytes: f.bytes({ readonly: true, doc: 'Size as the guest sees it.' }),
    vm: f.ref('vm', { readonly: true, optional: true, weak: true }),
    image: f.ref('image', { readonly: true, optional: true, weak: true, doc: 'The image it was cloned from.' }),
    pool: f.ref('storagePool', {
      readonly: true,
      optional: true,
      audience: 'operator',
      doc: 'Where it is; empty until a place was found for it.',
    }),
    host: f.ref('host', {
      readonly: true,
      optional: true,
      audience: 'operator',
      doc: 'The host that has it, on a local pool.',
    }),
    topLayer: f.uuid({ readonly: true, audience: 'operator' }),
    state: f.state(['creating', 'inUse', 'deleting', 'failed']),
  },
  actions: {},
  columns: ['name', 'state', 'sizeBytes', 'class', 'vm'],
  failedStates: ['failed'],
  carriedBy: { vm: 'vm' },
  quota: { volumes: 1, volumeBytes: 'sizeBytes' },
})

export interface VolumeRow {
  id: string
  name: string
  account: string
  zone: string
  class: string | null
  sizeBytes: number
  vm: string | null
  image: string | null
  pool: string | null
  host: string | null
  topLayer: string
  state: string
}
