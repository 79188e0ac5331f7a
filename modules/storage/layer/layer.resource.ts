import { defineResource, f } from '@basalt/resource'

export const layer = defineResource('layer', {
  doc: 'A disk layer on a pool: an immutable one that others stand on, or the writable top of a volume.',
  ownership: 'platform',
  locality: 'zone',
  audience: 'operator',
  taggable: false,
  fields: {
    pool: f.ref('storagePool', { readonly: true, cascade: true, doc: 'Volumes, not layers, keep a pool or a host.' }),
    host: f.ref('host', {
      readonly: true,
      optional: true,
      cascade: true,
      doc: 'The host that has it, on a local pool.',
    }),
    parent: f.ref('layer', { readonly: true, optional: true }),
    virtualSizeBytes: f.bytes({ readonly: true }),
  },
  actions: {},
  columns: ['pool', 'host', 'parent', 'virtualSizeBytes'],
})

export interface LayerRow {
  id: string
  pool: string
  host: string | null
  parent: string | null
  virtualSizeBytes: number
}
