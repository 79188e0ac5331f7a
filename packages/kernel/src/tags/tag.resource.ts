import { defineResource, f } from '@basalt/resource'

const target = {
  kind: f.text({ maxLength: 63, doc: 'Kind of the resources, e.g. vm.' }),
  resources: f.list(f.refTo('kind'), { doc: 'Their ids, of one kind.' }),
}

export const tag = defineResource('tag', {
  doc: 'A coloured word to find things by. Operators put theirs on anything, tenants theirs on what they own.',
  ownership: 'account',
  locality: 'global',
  audience: 'tenant',
  taggable: false,
  fields: {
    colour: f.choice(['grey', 'red', 'orange', 'yellow', 'green', 'cyan', 'blue', 'purple', 'pink'], {
      default: 'grey',
      doc: 'How it is shown.',
    }),
    type: f.choice(['admin', 'tenant'], {
      readonly: true,
      doc: 'A tag of the operators, or of a tenant. When a resource changes its owner, tags of the former one go.',
    }),
    public: f.boolean({
      readonly: true,
      doc: 'A tag of the operators that tenants see, but cannot change, on what is theirs.',
    }),
    spreading: f.boolean({
      readonly: true,
      audience: 'operator',
      doc: 'It was changed, and not everything that has it shows that yet.',
    }),
  },
  actions: {
    create: {
      doc: 'Make a tag of the account that one acts in; those of the platform are for operators.',
      input: ['name', 'description', 'colour'],
      with: {
        operatorOnly: f.boolean({ default: false, doc: 'Hidden from tenants; for tags of operators.' }),
      },
    },
    update: { doc: 'Change it, wherever it is.', input: ['name', 'description', 'colour'] },
    attach: { doc: 'Put it on resources.', input: target, operands: ['kind', 'resources'] },
    detach: { doc: 'Take it off resources.', input: target, operands: ['kind', 'resources'] },
    delete: { doc: 'Remove it, and take it off everything that has it.', danger: true },
  },
  offeredBy: 'public',
  unique: [['account', 'name']],
  columns: ['name', 'colour', 'type', 'public', 'description'],
  sortedBy: 'name',
})

export interface TagRow {
  id: string
  name: string
  account: string
  colour: string
  type: 'admin' | 'tenant'
  public: boolean
  spreading: boolean
}
