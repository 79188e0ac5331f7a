import { defineResource, f } from '@basalt/resource'

export const cacheEntry = defineResource('cacheEntry', {
  doc: 'An image on a pool, ready to be cloned. Made when a VM first needs it; many VMs wait for one download.',
  plural: 'cacheEntries',
  ownership: 'platform',
  locality: 'zone',
  audience: 'operator',
  taggable: false,
  fields: {
    image: f.ref('image', { readonly: true, weak: true }),
    pool: f.ref('storagePool', { readonly: true, cascade: true }),
    host: f.ref('host', {
      readonly: true,
      optional: true,
      cascade: true,
      doc: 'The host that has it, on a local pool.',
    }),
    /** Image, pool and host in one, so that two can never be made at once: nulls would not collide. */
    key: f.text({ readonly: true }),
    layer: f.uuid({ readonly: true }),
    state: f.state(['filling', 'ready', 'recovering', 'deleting', 'failed']),
  },
  actions: {
    fill: { doc: 'Bring the image here.', from: ['failed'], via: 'filling', to: 'ready', long: true },
    recover: {
      doc: 'Look what there is of it, and bring it to a state that is true; from any state that no task works on.',
      via: 'recovering',
      reaches: ['ready', 'failed', 'deleted'],
      long: true,
    },
    delete: {
      doc: 'Free the space; the next VM brings it again.',
      from: ['ready', 'failed'],
      via: 'deleting',
      long: true,
      danger: true,
    },
  },
  unique: [['key']],
  columns: ['image', 'pool', 'host', 'state'],
  failedStates: ['failed'],
})

export interface CacheEntryRow {
  id: string
  zone: string
  image: string
  pool: string
  host: string | null
  layer: string
  key: string
  state: 'filling' | 'ready' | 'recovering' | 'deleting' | 'failed'
  cause: { code: string; message: string; remedy: string | null } | null
}
