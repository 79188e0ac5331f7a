import { defineResource, f } from '@basalt/resource'

export const reconciler = defineResource('reconciler', {
  doc: 'A comparison of the database with the world: hosts, networks, counters. It mends what is ours and reports what is not.',
  ownership: 'platform',
  locality: 'global',
  audience: 'operator',
  fields: {
    state: f.state(['idle', 'running']),
    node: f.text({ readonly: true, doc: 'The control-plane node that runs it, or ran it last.' }),
    run: f.uuid({ readonly: true, doc: 'The run under way, or the last one; it holds what it mends.' }),
    leaseUntil: f.timestamp({ readonly: true, optional: true, doc: 'Another node may run it from then on.' }),
    ranAt: f.timestamp({ readonly: true, optional: true, doc: 'When the last run ended.' }),
    looked: f.integer({ readonly: true, doc: 'Places that the last run looked at, such as hosts.' }),
    unseen: f.integer({ readonly: true, doc: 'Places that could not be looked at, such as hosts that are away.' }),
    found: f.integer({ readonly: true, doc: 'Differences of the last run.' }),
    repaired: f.integer({ readonly: true, doc: 'Those that it mended.' }),
    reported: f.integer({ readonly: true, doc: 'Those that it leaves to you: see the findings.' }),
    failed: f.integer({ readonly: true, doc: 'Those that it could not mend.' }),
    skipped: f.integer({ readonly: true, doc: 'Those that a task works on; they are looked at again.' }),
    message: f.text({ readonly: true, doc: 'How the last run went, in words.' }),
  },
  actions: {
    run: { doc: 'Compare now, rather than when it is due.' },
  },
  unique: [['name']],
  columns: ['name', 'state', 'ranAt', 'found', 'repaired', 'reported', 'failed'],
})

export interface ReconcilerRow {
  id: string
  name: string
  description: string
  version: number
  state: 'idle' | 'running'
  node: string
  run: string
  leaseUntil: string | null
  ranAt: string | null
  looked: number
  unseen: number
  found: number
  repaired: number
  reported: number
  failed: number
  skipped: number
  message: string
}
