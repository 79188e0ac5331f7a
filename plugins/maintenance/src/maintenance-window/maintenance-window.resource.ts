import { defineResource, f } from '@basalt/resource'

export const maintenanceWindow = defineResource('maintenanceWindow', {
  doc: 'A time in which somebody works on a host: no VM is placed there.',
  ownership: 'platform',
  locality: 'zone',
  audience: 'operator',
  fields: {
    host: f.ref('host', { immutable: true, cascade: true, doc: 'The host that is worked on.' }),
    startsAt: f.timestamp({ doc: 'When it begins.' }),
    endsAt: f.timestamp({ doc: 'When it is over.' }),
    reason: f.text({ default: '', maxLength: 1024, doc: 'What is done, for other operators.' }),
  },
  actions: {
    create: {
      doc: 'Keep VMs from being placed on the host for a time; those it runs go on.',
      input: ['name', 'description', 'zone', 'host', 'startsAt', 'endsAt', 'reason'],
    },
    update: { doc: 'Change when or why.', input: ['name', 'description', 'startsAt', 'endsAt', 'reason'] },
    finish: { doc: 'It is over now: VMs are placed on the host again.' },
    delete: { doc: 'Forget it.' },
  },
  columns: ['name', 'host', 'startsAt', 'endsAt', 'reason'],
  sortedBy: 'startsAt',
  indexed: ['endsAt'],
})

export interface MaintenanceWindowRow {
  id: string
  host: string
  startsAt: string
  endsAt: string
}
