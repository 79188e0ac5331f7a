import { defineResource, f } from '@basalt/resource'

const permissions = f.text({
  maxLength: 128,
  pattern: /^(\*|(\*|[a-z][A-Za-z0-9]*)\.(\*|[a-z][A-Za-z0-9]*))$/,
  rule: 'a permission such as vm.start, vm.*, *.read or *',
})

export const role = defineResource('role', {
  doc: 'A set of rights. It counts where it is bound to a user or a group.',
  concern: 'rights',
  ownership: 'account',
  locality: 'global',
  audience: 'tenant',
  fields: {
    account: f.ref('account', { immutable: true, readonly: true, cascade: true, doc: 'Who owns it.' }),
    key: f.text({ readonly: true, optional: true, doc: 'Name by which programs know a role of the platform.' }),
    system: f.boolean({ readonly: true, doc: 'Comes with the platform and grows with its upgrades.' }),
    public: f.boolean({ readonly: true, doc: 'Every account can use it.' }),
    revision: f.integer({ readonly: true, audience: 'operator', doc: 'Of the roles that come with the platform.' }),
    statements: f.list(
      f.object({
        effect: f.choice(['allow', 'deny'], { doc: 'A denial counts more than any permission.' }),
        actions: f.list(permissions, { doc: 'Permissions it is about, e.g. vm.start, vm.*, *.read.' }),
        except: f.list(permissions, { optional: true, doc: 'Permissions that it is not about.' }),
        resources: f.list(f.uuid(), { optional: true, doc: 'Only these resources.' }),
        zones: f.list(f.ref('zone'), { optional: true, doc: 'Only resources in these zones.' }),
        mine: f.boolean({ optional: true, doc: "Only what is the user's own, such as its sessions." }),
      }),
      { doc: 'What it allows and denies. What no statement allows is not allowed.' },
    ),
  },
  actions: {
    create: {
      doc: 'Make a role.',
      input: ['name', 'description', 'statements'],
      with: { public: f.boolean({ default: false, doc: 'Offer it to every account; operators only.' }) },
    },
    update: { doc: 'Change it, wherever it is bound.', input: ['name', 'description', 'statements'] },
    delete: { doc: 'Remove a role that is bound nowhere.', danger: true },
  },
  permits: { publish: { doc: 'Offer a role to every account.', audience: 'operator' } },
  offeredBy: 'public',
  shareable: true,
  authority: true,
  unique: [['key']],
  columns: ['name', 'system', 'description', 'createdAt'],
})
