import { defineResource, f } from '@basalt/resource'

export const poolMount = defineResource('poolMount', {
  doc: 'A pool as one host has it: usable or not, and how full.',
  ownership: 'platform',
  locality: 'zone',
  audience: 'operator',
  taggable: false,
  fields: {
    pool: f.ref('storagePool', { readonly: true, cascade: true }),
    host: f.ref('host', { readonly: true, cascade: true }),
    state: f.state(['usable', 'unusable']),
    totalBytes: f.bytes({ readonly: true }),
    availableBytes: f.bytes({ readonly: true }),
  },
  actions: {},
  unique: [['pool', 'host']],
  columns: ['pool', 'host', 'state', 'availableBytes', 'totalBytes'],
  failedStates: ['unusable'],
})

export interface PoolMountRow {
  id: string
  pool: string
  host: string
  state: 'usable' | 'unusable'
  totalBytes: number
  availableBytes: number
}
