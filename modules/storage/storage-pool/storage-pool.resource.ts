import { defineResource, f } from '@basalt/resource'

export const storagePool = defineResource('storagePool', {
  doc: 'Primary storage of a cluster: where the disks of its VMs are.',
  ownership: 'platform',
  locality: 'zone',
  audience: 'operator',
  fields: {
    cluster: f.ref('cluster', { immutable: true, follows: true }),
    class: f.ref('storageClass', { immutable: true }),
    type: f.choice(['local', 'smp', 'simulated'], {
      immutable: true,
      doc: 'local: a directory of each host; smp: one directory that is mounted on all hosts of the cluster.',
    }),
    path: f.path({ immutable: true, doc: 'The directory on the hosts.' }),
    state: f.state(['creating', 'ready', 'recovering', 'deleting', 'failed']),
  },
  actions: {
    create: {
      doc: 'Add a pool; every connected host of the cluster must be able to use it.',
      input: ['name', 'description', 'zone', 'cluster', 'class', 'type', 'path'],
      via: 'creating',
      to: 'ready',
      long: true,
    },
    update: { doc: 'Change its name or description.', input: ['name', 'description'] },
    recover: {
      doc: 'Look what there is of it, and bring it to a state that is true; from any state that no task works on.',
      via: 'recovering',
      reaches: ['ready', 'failed', 'deleted'],
      long: true,
    },
    delete: {
      doc: 'Remove a pool without volumes; cached images in it go.',
      from: ['ready', 'failed'],
      via: 'deleting',
      long: true,
      danger: true,
    },
  },
  unique: [['cluster', 'path']],
  columns: ['name', 'state', 'type', 'path', 'cluster'],
  failedStates: ['failed'],
  usableStates: ['ready'],
})

export interface StoragePoolRow {
  id: string
  name: string
  zone: string
  cluster: string
  class: string
  type: 'local' | 'smp' | 'simulated'
  path: string
  state: string
}
