import { defineResource, f } from '@basalt/resource'

export const delivery = defineResource('delivery', {
  doc: 'One event on its way to the URL of a webhook, or the record of it.',
  ownership: 'account',
  locality: 'global',
  audience: 'tenant',
  fields: {
    webhook: f.ref('webhook', { readonly: true, cascade: true }),
    position: f.integer({ readonly: true, doc: 'Counts the deliveries of the webhook.' }),
    event: f.text({ readonly: true, doc: 'Cursor of the event in the stream.' }),
    change: f.choice(['created', 'updated', 'deleted', 'ping'], { readonly: true }),
    resourceKind: f.text({ readonly: true }),
    resource: f.uuid({ readonly: true, doc: 'What changed.' }),
    body: f.object({}, { readonly: true, doc: 'What is posted.' }),
    attempts: f.integer({ readonly: true }),
    nextAttemptAt: f.timestamp({ readonly: true, optional: true }),
    takenUntil: f.timestamp({
      readonly: true,
      optional: true,
      audience: 'operator',
      doc: 'A node sends it and has until then.',
    }),
    responseStatus: f.integer({ readonly: true, optional: true, doc: 'HTTP status of the last answer.' }),
    error: f.text({ readonly: true, optional: true, doc: 'Why the last attempt failed.' }),
    durationMs: f.integer({ readonly: true, optional: true, unit: 'ms', doc: 'Of the last attempt.' }),
    expiresAt: f.timestamp({ readonly: true, doc: 'Until when it is kept.' }),
    state: f.state(['pending', 'delivered', 'failed']),
  },
  actions: {
    redeliver: { doc: 'Send it once more.', from: ['delivered', 'failed'], to: 'pending' },
  },
  columns: ['webhook', 'resourceKind', 'change', 'state', 'attempts', 'responseStatus', 'createdAt'],
  failedStates: ['failed'],
  indexed: ['state', 'expiresAt'],
  quiet: true,
})

export interface DeliveryRow {
  id: string
  webhook: string
  position: number
  body: Record<string, unknown>
  attempts: number
  state: 'pending' | 'delivered' | 'failed'
}
