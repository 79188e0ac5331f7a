import { defineResource, f, type RowOf } from '@basalt/resource'

const rule = {
  pattern: /^.{10,256}$/su,
  rule: '10 to 256 characters',
  maxLength: 256,
  secret: true,
} as const

export const passwordField = f.text({ ...rule, doc: 'At least 10 characters.' })

export const user = defineResource('user', {
  doc: 'Somebody who logs in.',
  concern: 'rights',
  ownership: 'account',
  locality: 'global',
  audience: 'tenant',
  fields: {
    username: f.text({
      doc: 'What one logs in with; unique on the platform.',
      immutable: true,
      pattern: /^[a-z0-9][a-z0-9._@-]{0,62}$/,
      rule: '1 to 63 of a-z, 0-9, dot, underscore, at, hyphen; first a letter or digit',
    }),
    passwordHash: f.text({
      readonly: true,
      optional: true,
      secret: true,
      doc: 'Nobody logs in as a user without one.',
    }),
    passwordId: f.uuid({
      readonly: true,
      secret: true,
      doc: 'Another one for each password: sessions are bound to it.',
    }),
  },
  actions: {
    create: {
      doc: 'Add a user to an account; to your own when none is named.',
      input: ['name', 'description', 'username'],
      with: {
        password: f.text({
          ...rule,
          optional: true,
          doc: 'At least 10 characters. Needed; while duties are separated, whoever keeps the rights leaves it out and asks for an invitation.',
        }),
        inAccount: f.ref('account', { optional: true, doc: 'Account the user belongs to.' }),
        role: f.ref('role', {
          optional: true,
          doc: 'Its role in the account; the first user administers it, others are members, when none is named.',
        }),
      },
    },
    update: { doc: 'Change name or description.', input: ['name', 'description'] },
    setPassword: { doc: 'Set a new password; ends all sessions of the user.', input: { password: passwordField } },
    delete: { doc: 'Remove the user and its sessions.', danger: true },
  },
  unique: [['username']],
  personal: { field: 'id', actions: ['read', 'update', 'setPassword'] },
  columns: ['username', 'name', 'createdAt'],
})

export type UserRow = RowOf<typeof user> & { account: string }
