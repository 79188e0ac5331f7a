import { defineResource, f } from '@basalt/resource'

export const image = defineResource('image', {
  doc: 'A disk image that VMs are made from, in qcow2 format.',
  ownership: 'account',
  locality: 'global',
  audience: 'tenant',
  fields: {
    public: f.boolean({ readonly: true, doc: 'A base image: every account can use it.' }),
    url: f.url({
      immutable: true,
      optional: true,
      doc: 'Where to get it from. Without one, upload it: PUT /v1/images/{id}/content.',
    }),
    sha256: f.text({
      immutable: true,
      optional: true,
      maxLength: 64,
      pattern: /^[0-9a-f]{64}$/,
      rule: 'a SHA-256 checksum: 64 hexadecimal digits in lower case',
      doc: 'Checksum of the file; checked when given.',
    }),
    architecture: f.choice(['x86_64', 'aarch64'], { immutable: true, default: 'x86_64' }),
    sizeBytes: f.bytes({ readonly: true, optional: true, doc: 'Size of the file.' }),
    virtualSizeBytes: f.bytes({ readonly: true, optional: true, doc: 'Size of the disk.' }),
    store: f.ref('imageStore', { readonly: true, follows: true, audience: 'operator' }),
    state: f.state(['creating', 'ready', 'recovering', 'recycled', 'deleting', 'failed']),
  },
  actions: {
    create: {
      doc: 'Add an image, by URL or by upload.',
      input: ['name', 'description', 'url', 'sha256', 'architecture'],
      with: { public: f.boolean({ default: false, doc: 'Offer it to every account; operators only.' }) },
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
      doc: 'Move it to the recycle bin; VMs made from it go on.',
      from: ['ready', 'failed'],
      via: 'deleting',
      long: true,
      danger: true,
    },
  },
  offeredBy: 'public',
  shareable: true,
  transfer: {},
  permits: {
    publish: { doc: 'Offer an image to every account.', audience: 'operator' },
    upload: { doc: 'Upload the file of an image.' },
  },
  columns: ['name', 'state', 'public', 'virtualSizeBytes', 'sizeBytes', 'createdAt'],
  failedStates: ['failed'],
  usableStates: ['ready'],
  quota: {
    images: { amount: 1, while: ['creating', 'ready', 'recovering', 'failed'] },
    imageBytes: 'sizeBytes',
  },
  recycle: { from: ['ready'], to: 'ready', retentionHours: 24 },
})

export interface ImageRow {
  id: string
  name: string
  account: string
  public: boolean
  url: string | null
  sha256: string | null
  sizeBytes: number | null
  virtualSizeBytes: number | null
  store: string
  state: string
}
