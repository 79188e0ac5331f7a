/** Deliveries on their way: taken by one node at a time, the oldest of each resource first, again with growing pauses. */
import { type Caller, createKeyedQueue, type Store } from '@basalt/kernel'
import type { DeliveryRow } from '../delivery/delivery.resource.ts'
import { type Attempt, post } from './post.ts'
import type { WebhookRow } from './webhook.resource.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
/** Pauses before the second, third, ... attempt; after the last one a delivery has failed. */
const RETRY_PAUSES_MS = [
  5_000,
  30_000,
  2 * MINUTE_MS,
  10 * MINUTE_MS,
  30 * MINUTE_MS,
  HOUR_MS,
  3 * HOUR_MS,
  6 * HOUR_MS,
  12 * HOUR_MS,
]
/** Of one webhook at the same time: a slow receiver holds up nobody else. */
const AT_ONCE = 8

export interface SenderDeps {
  store: Store
  viewerOf(webhook: Pick<WebhookRow, 'user' | 'account'>): Promise<Caller | null>
  onError(error: unknown, webhook: string): void
}

export interface Sender {
  /** Begins to send what is due; resolves when it has begun. */
  send(): Promise<void>
  /** Ends what is under way; it is sent again later. */
  close(): Promise<void>
}

/** Takes deliveries of which no earlier one of the same resource is still to be delivered. */
const TAKE = `
update delivery set taken_until = now() + interval '60 seconds' where id in (
  select d.id from delivery d
   where d.webhook = $1 and d.state = 'pending' and d.next_attempt_at <= now()
     and (d.taken_until is null or d.taken_until < now())
     and not exists (
       select 1 from delivery earlier where earlier.webhook = d.webhook and earlier.resource = d.resource
          and earlier.state = 'pending' and earlier.position < d.position)
   order by d.position limit $2 for update skip locked)
returning id, webhook, position, body, attempts`

const HEALTH = `
select w.failing as noted,
       exists (select 1 from delivery d where d.webhook = w.id and d.state = 'pending' and d.attempts > 0) as failing
  from webhook w where w.id = $1`

export function createSender(deps: SenderDeps): Sender {
  const { store, viewerOf } = deps
  const closing = new AbortController()
  const turns = createKeyedQueue()
  const underWay = new Map<string, Set<Promise<void>>>()

  async function noteHealth(id: string): Promise<void> {
    const [now] = await store.database.query<{ noted: boolean; failing: boolean }>(HEALTH, [id])
    if (now && now.noted !== now.failing)
      await store.commit([{ op: 'update', kind: 'webhook', id, set: { failing: now.failing } }])
  }

  async function record(webhook: WebhookRow, row: DeliveryRow, attempt: Attempt): Promise<void> {
    const attempts = row.attempts + 1
    const pauseMs = attempt.error === undefined ? undefined : RETRY_PAUSES_MS[attempts - 1]
    const state = attempt.error === undefined ? 'delivered' : pauseMs === undefined ? 'failed' : 'pending'
    const set = {
      state,
      attempts,
      responseStatus: attempt.status,
      error: attempt.error ?? null,
      durationMs: attempt.durationMs,
      takenUntil: null,
      nextAttemptAt: pauseMs === undefined ? null : new Date((await store.now()) + pauseMs).toISOString(),
    }
    await store.commit([{ op: 'update', kind: 'delivery', id: row.id, set }])
    await turns.run(webhook.id, () => noteHealth(webhook.id))
  }

  async function deliver(webhook: WebhookRow, row: DeliveryRow, allowPrivate: boolean): Promise<void> {
    const { url, secret, id } = webhook
    const body = JSON.stringify(row.body)
    const letter = { url, secret, delivery: row.id, webhook: id, body, allowPrivate, signal: closing.signal }
    const attempt = await post(letter)
    if (!closing.signal.aborted) await record(webhook, row, attempt)
  }

  async function sendFor(webhook: WebhookRow): Promise<void> {
    const busy = underWay.get(webhook.id) ?? new Set()
    underWay.set(webhook.id, busy)
    const free = AT_ONCE - busy.size
    const viewer = free > 0 ? await viewerOf(webhook) : null
    if (!viewer) return
    for (const row of await store.database.query<DeliveryRow & Record<string, unknown>>(TAKE, [webhook.id, free])) {
      const work = deliver(webhook, row, viewer.operator)
        .catch((error: unknown) => deps.onError(error, webhook.id))
        .finally(() => busy.delete(work))
      busy.add(work)
    }
  }

  return {
    async send() {
      const webhooks = await store.all<WebhookRow>('webhook', { state: 'active' })
      await Promise.all(webhooks.map(sendFor))
      for (const [id, busy] of underWay) if (busy.size === 0) underWay.delete(id)
    },
    async close() {
      closing.abort()
      await Promise.allSettled([...underWay.values()].flatMap((busy) => [...busy]))
    },
  }
}
