import { defineResource, f } from '@basalt/resource'

export const imageStore = defineResource('imageStore', {
  doc: 'Where images are kept: a directory of one control-plane node, or one that all of them mount.',
  ownership: 'platform',
  locality: 'global',
  audience: 'operator',
  fields: {
    path: f.path({ immutable: true, doc: 'The directory; it is made when it is not there.' }),
    node: f.text({
      readonly: true,
      doc: 'Control-plane node whose directory it is; the others ask it. Empty when all of them have it.',
    }),
    totalBytes: f.bytes({ readonly: true }),
    availableBytes: f.bytes({ readonly: true }),
  },
  actions: {
    create: {
      doc: 'Add a store: a directory, which must be writable, of the control-plane node that is asked.',
      input: ['name', 'description', 'path'],
      with: {
        shared: f.boolean({ default: false, doc: 'All control-plane nodes have the directory: a shared mount.' }),
      },
    },
    update: { doc: 'Change its name or description.', input: ['name', 'description'] },
    delete: { doc: 'Remove a store without images; its files stay.', danger: true },
  },
  unique: [['node', 'path']],
  columns: ['name', 'node', 'path', 'availableBytes', 'totalBytes'],
})

export interface ImageStoreRow {
  id: string
  name: string
  path: string
  /** Empty when every node has the directory. */
  node: string
  availableBytes: number
}
