import { defineResource, f } from '@basalt/resource'

export const imageStore = defineResource('imageStore', {
  doc: 'Where images are kept: a directory of the control plane. With several control-plane nodes it must be one that all of them mount.',
  ownership: 'platform',
  locality: 'global',
  audience: 'operator',
  fields: {
    path: f.path({ immutable: true, doc: 'The directory; it is made when it is not there.' }),
    totalBytes: f.bytes({ readonly: true }),
    availableBytes: f.bytes({ readonly: true }),
  },
  actions: {
    create: { doc: 'Add a store; its directory must be writable.', input: ['name', 'description', 'path'] },
    update: { doc: 'Change its name or description.', input: ['name', 'description'] },
    delete: { doc: 'Remove a store without images; its files stay.', danger: true },
  },
  unique: [['path']],
  columns: ['name', 'path', 'availableBytes', 'totalBytes'],
})

export interface ImageStoreRow {
  id: string
  name: string
  path: string
}
