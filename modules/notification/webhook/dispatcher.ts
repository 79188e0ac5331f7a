/**
 * From events to deliveries. A webhook's cursor moves on in the unit that makes the deliveries, so that each event becomes exactly
 * one, whichever node does it and whenever it dies.
 */
import { randomUUID } from 'node:crypto'
import { type Caller, type Events, type Operation, Refused, type ResourceEvent, type Store } from '@basalt/kernel'
import type { WebhookRow } from './webhook.resource.ts'
import type { WebhookProgressRow } from './webhook-progress.resource.ts'

const DAY_MS = 86_400_000
const KEPT_DAYS = 14
/** The cursor is also written when nothing was to be sent for so long, so that a restart need not read everything again. */
const IDLE_WRITE_MS = 60_000

/** Deliveries about webhooks would bring forth deliveries. */
const NEVER_SENT = ['webhook']

export interface DispatcherDeps {
  store: Store
  events: Events
  /** With whose eyes a webhook sees; null when its user is gone. */
  viewerOf(webhook: Pick<WebhookRow, 'user' | 'account'>): Promise<Caller | null>
}

/** The operation that queues something for a webhook. */
export function deliveryOperation(
  webhook: Pick<WebhookRow, 'id' | 'account'>,
  position: number,
  event: ResourceEvent | (Omit<ResourceEvent, 'change'> & { change: 'ping' }),
  nowMs: number,
): Operation {
  const id = randomUUID()
  const row = {
    id,
    name: `${event.kind}.${event.change}`.slice(0, 63),
    description: '',
    account: webhook.account,
    webhook: webhook.id,
    position,
    event: event.cursor,
    change: event.change,
    resourceKind: event.kind,
    resource: event.resource,
    body: { delivery: id, webhook: webhook.id, ...event },
    attempts: 0,
    nextAttemptAt: new Date(nowMs).toISOString(),
    expiresAt: new Date(nowMs + KEPT_DAYS * DAY_MS).toISOString(),
    state: 'pending',
  }
  return { op: 'insert', kind: 'delivery', row }
}

const isWanted = ({ kinds, changes }: WebhookRow, event: ResourceEvent): boolean =>
  !NEVER_SENT.includes(event.kind) &&
  (kinds.length === 0 || kinds.includes(event.kind)) &&
  (changes.length === 0 || changes.includes(event.change))

export interface Dispatcher {
  /** Everything that happened so far becomes deliveries. */
  dispatch(): Promise<void>
}

export function createDispatcher({ store, events, viewerOf }: DispatcherDeps): Dispatcher {
  /** Webhook to where this node has read, and when that was last written. */
  const read = new Map<string, { cursor: string; version: number; writtenAt: number }>()

  async function advance(webhook: WebhookRow): Promise<void> {
    const viewer = await viewerOf(webhook)
    const [progress] = await store.all<WebhookProgressRow>('webhookProgress', { webhook: webhook.id })
    if (!viewer || !progress) return
    const here = read.get(webhook.id)
    let { cursor, version, deliveries } = progress
    let writtenAt = here?.version === version ? here.writtenAt : Date.now()
    if (here?.version === version) cursor = here.cursor
    for (let more = true; more; ) {
      const page = await events.read(viewer, cursor, webhook.kinds.length > 0 ? { kinds: webhook.kinds } : {})
      const wanted = page.events.filter((event) => isWanted(webhook, event))
      const isDue = page.cursor !== cursor && Date.now() - writtenAt > IDLE_WRITE_MS
      cursor = page.cursor
      more = page.more
      if (wanted.length > 0 || isDue) {
        const nowMs = await store.now()
        const first = deliveries + 1
        deliveries += wanted.length
        await store.commit([
          { op: 'update', kind: 'webhookProgress', id: progress.id, set: { cursor, deliveries }, version },
          ...wanted.map((event, index) => deliveryOperation(webhook, first + index, event, nowMs)),
        ])
        version++
        writtenAt = Date.now()
      }
      read.set(webhook.id, { cursor, version, writtenAt })
    }
  }

  return {
    async dispatch() {
      const webhooks = await store.all<WebhookRow>('webhook', { state: 'active' })
      for (const webhook of webhooks)
        try {
          await advance(webhook)
        } catch (error) {
          // Another node was quicker, or the webhook is gone: the next round begins where it stands then.
          if (!(error instanceof Refused)) throw error
        }
      const known = new Set(webhooks.map(({ id }) => id))
      for (const id of read.keys()) if (!known.has(id)) read.delete(id)
    },
  }
}
