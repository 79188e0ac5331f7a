import { defineResource, f } from '@basalt/resource'

/** Rows are made and kept by the nodes themselves. */
export const node = defineResource('node', {
  doc: 'A control-plane node: serves the API, holds connections of host agents, carries out tasks. It acts while its lease lasts.',
  ownership: 'platform',
  locality: 'global',
  audience: 'operator',
  fields: {
    state: f.state(['up', 'stopped', 'lost']),
    epoch: f.integer({ readonly: true, doc: 'Grows with each lease; the network refuses what carries a lower one.' }),
    session: f.uuid({ readonly: true, optional: true, doc: 'The run of the program that has the lease.' }),
    leaseExpiresAt: f.timestamp({
      readonly: true,
      doc: 'By the clock of the database; after that other nodes take its tasks over.',
    }),
    apiUrl: f.text({ readonly: true, doc: 'Where its API answers.' }),
    agentUrl: f.text({ readonly: true, doc: 'Where agents and other nodes connect.' }),
    softwareVersion: f.text({ readonly: true, doc: 'Version of the program.' }),
    hosts: f.integer({ readonly: true, doc: 'Agents that are connected to it.' }),
    health: f.object(
      {},
      { readonly: true, doc: 'What it sees: database, peers, virtual address, disk, clock; each with `ok` and facts.' },
    ),
  },
  actions: {
    update: { doc: 'Change its description.', input: ['description'] },
    delete: {
      doc: 'Forget a node that is gone for good; its tasks have gone to others.',
      from: ['stopped', 'lost'],
      danger: true,
    },
  },
  permits: {
    issueJoinToken: { doc: 'Make the token with which another node joins; it leads to every secret of the platform.' },
  },
  unique: [['name']],
  columns: ['name', 'state', 'softwareVersion', 'hosts', 'apiUrl', 'leaseExpiresAt'],
  failedStates: ['lost'],
})
