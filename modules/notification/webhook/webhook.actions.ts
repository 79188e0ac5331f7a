import { randomUUID } from 'node:crypto'
import {
  audienceOf,
  type Caller,
  type Events,
  implement,
  invalidField,
  type Operation,
  type Store,
} from '@basalt/kernel'
import { isFor } from '@basalt/resource'
import { deliveryOperation } from './dispatcher.ts'
import { type WebhookRow, webhook } from './webhook.resource.ts'
import type { WebhookProgressRow } from './webhook-progress.resource.ts'

function checkKinds(store: Store, caller: Caller, kinds: readonly string[] = []): void {
  const known = store.catalogue.resources.filter(({ audience }) => isFor(audience, audienceOf(caller)))
  for (const [index, name] of kinds.entries())
    if (!known.some(({ kind, quiet }) => kind === name && !quiet && kind !== 'webhook'))
      throw invalidField(
        `kinds.${index}`,
        `"${name}" is no kind that tells of its changes`,
        'GET /v1/kinds lists them.',
      )
}

async function progressOf(store: Store, id: string): Promise<WebhookProgressRow> {
  const [row] = await store.all<WebhookProgressRow>('webhookProgress', { webhook: id })
  if (!row) throw new Error(`the webhook ${id} has no progress`)
  return row
}

export const webhookSlice = (events: Events) =>
  implement(webhook, {
    create: {
      async short({ id, input, caller, store }) {
        checkKinds(store, caller, input.kinds)
        const row = {
          id: randomUUID(),
          name: input.name,
          description: '',
          webhook: id,
          cursor: await events.now(),
          deliveries: 0,
        }
        return {
          set: { user: caller.user, failing: false },
          operations: [{ op: 'insert', kind: 'webhookProgress', row }],
        }
      },
    },
    update: {
      async short({ input, caller, store }) {
        checkKinds(store, caller, input.kinds)
        // What it is sent is what whoever chose its address may see, and not what a former one could.
        return { set: { user: caller.user } }
      },
    },
    setSecret: { short: async ({ input }) => ({ set: { secret: input.secret } }) },
    pause: { short: async () => undefined },
    resume: { short: async () => undefined },
    ping: {
      async short({ id, row, store, caller }) {
        const { account } = row as unknown as WebhookRow
        const progress = await progressOf(store, id)
        const nowMs = await store.now()
        const at = new Date(nowMs).toISOString()
        const event = {
          cursor: progress.cursor,
          kind: 'webhook',
          resource: id,
          change: 'ping' as const,
          at,
          data: { by: caller.user },
        }
        const position = progress.deliveries + 1
        const operations: Operation[] = [
          {
            op: 'update',
            kind: 'webhookProgress',
            id: progress.id,
            set: { deliveries: position },
            version: progress.version,
          },
          deliveryOperation({ id, account }, position, event, nowMs),
        ]
        return { operations }
      },
    },
    replay: {
      async short({ id, input, store }) {
        const progress = await progressOf(store, id)
        const cursor = await events.before(input.since)
        return {
          operations: [
            { op: 'update', kind: 'webhookProgress', id: progress.id, set: { cursor }, version: progress.version },
          ],
        }
      },
    },
  })
