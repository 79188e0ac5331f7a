import { defineResource, f, type RowOf } from '@basalt/resource'

export const accessKey = defineResource('accessKey', {
  doc: 'Signs the requests of a program, which then may do what the user may who made the key.',
  concern: 'rights',
  ownership: 'account',
  locality: 'global',
  audience: 'tenant',
  taggable: false,
  fields: {
    user: f.ref('user', {
      readonly: true,
      cascade: true,
      doc: 'Who made it: its requests have the rights of this user.',
    }),
    state: f.state(['enabled', 'disabled']),
    secret: f.text({ readonly: true, secret: true, sealed: true, doc: 'What requests are signed with.' }),
    lastUsedAt: f.timestamp({ readonly: true, optional: true, doc: 'When it was used last, to the minute.' }),
  },
  actions: {
    create: {
      doc: 'Make a key for yourself. The answer has its secret, which is never shown again.',
      input: ['name', 'description'],
      to: 'enabled',
      reveals: ['secret'],
    },
    update: { doc: 'Change name or description.', input: ['name', 'description'] },
    disable: { doc: 'Refuse its requests until it is enabled.', from: ['enabled'], to: 'disabled' },
    enable: { doc: 'Take its requests again.', from: ['disabled'], to: 'enabled' },
    delete: { doc: 'Remove it; its requests are refused for ever.', danger: true },
  },
  personal: { field: 'user', actions: ['read', 'create', 'update', 'disable', 'enable', 'delete'] },
  columns: ['name', 'state', 'user', 'lastUsedAt', 'createdAt'],
})

export type AccessKeyRow = RowOf<typeof accessKey>
