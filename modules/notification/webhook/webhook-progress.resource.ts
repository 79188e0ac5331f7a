import { defineResource, f } from '@basalt/resource'

/** Apart from the webhook, so that sending an event does not make another one. */
export const webhookProgress = defineResource('webhookProgress', {
  doc: 'How far the events of a webhook have become deliveries.',
  plural: 'webhookProgress',
  ownership: 'platform',
  locality: 'global',
  audience: 'operator',
  fields: {
    webhook: f.ref('webhook', { readonly: true, cascade: true }),
    cursor: f.text({ readonly: true, doc: 'Events up to here have become deliveries.' }),
    deliveries: f.integer({ readonly: true, doc: 'How many there were.' }),
  },
  actions: {},
  columns: ['webhook', 'cursor', 'deliveries', 'updatedAt'],
  unique: [['webhook']],
  quiet: true,
})

export interface WebhookProgressRow {
  id: string
  webhook: string
  cursor: string
  deliveries: number
  version: number
}
