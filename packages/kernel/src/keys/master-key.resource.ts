import { defineResource, f } from '@basalt/resource'

export const masterKey = defineResource('masterKey', {
  doc: 'A key that secrets are sealed with. The key itself is in files of the nodes and never in the database or in an answer.',
  ownership: 'platform',
  locality: 'global',
  audience: 'operator',
  concern: 'rights',
  taggable: false,
  fields: {
    key: f.text({ readonly: true, doc: 'Tells keys apart, and nothing of what they are.' }),
    generation: f.integer({ readonly: true, doc: 'One more with each new key.' }),
    remaining: f.integer({ readonly: true, optional: true, doc: 'How much is still sealed with it, as last counted.' }),
    unreadable: f.integer({
      readonly: true,
      optional: true,
      doc: 'Values of which it opens none: damaged, or forged.',
    }),
    digestKey: f.text({
      readonly: true,
      optional: true,
      secret: true,
      sealed: true,
      doc: 'Of a key that was retired less than a day ago: recognises repeated requests of its time, and opens nothing.',
    }),
    state: f.state(['active', 'retiring', 'retired'], {
      doc: 'It seals; it only opens, while all that it sealed is sealed anew; no node has it any more.',
    }),
  },
  actions: {
    create: {
      doc: 'Make a new master key, hand it to every node, and seal everything anew with it, while all goes on.',
      input: ['description'],
      to: 'active',
      danger: true,
    },
  },
  unique: [['generation'], ['key']],
  columns: ['name', 'key', 'state', 'remaining', 'createdAt'],
})

export interface MasterKeyRow {
  id: string
  key: string
  generation: number
  remaining: number | null
  unreadable: number | null
  state: 'active' | 'retiring' | 'retired'
}
