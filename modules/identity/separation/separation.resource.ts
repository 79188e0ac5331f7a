import { defineResource, f } from '@basalt/resource'

const holder = (doc: string) => f.ref('user', { doc })

export const separation = defineResource('separation', {
  doc: 'Separation of duties: while it is on, nobody has more than one of three parts of the power over the platform.',
  ownership: 'platform',
  locality: 'global',
  audience: 'operator',
  concern: 'split',
  taggable: false,
  fields: {
    state: f.state(['off', 'on']),
    since: f.timestamp({ readonly: true, optional: true, doc: 'When it was switched on or off.' }),
  },
  actions: {
    enable: {
      doc: 'Split the power over the platform; whoever has none of its parts then has no power over it. Two parts together undo it.',
      input: {
        sysadmin: holder('Runs machines, storage, networks and what tenants have.'),
        secadmin: holder('Gives and takes rights, knows no password but its own; sets what is a matter of security.'),
        secauditor: holder('Reads the audit and all rights.'),
      },
      from: ['off'],
      to: 'on',
      danger: true,
    },
  },
  authority: true,
  columns: ['name', 'state', 'since'],
})

export interface SeparationRow {
  id: string
  state: 'off' | 'on'
  version: number
}
