/** Telling others what happened: webhooks. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Caller, createEvents, implement, type Module, type Store } from '@basalt/kernel'
import { delivery } from './delivery/delivery.resource.ts'
import { createDispatcher } from './webhook/dispatcher.ts'
import { createSender } from './webhook/sender.ts'
import { webhookSlice } from './webhook/webhook.actions.ts'
import { webhook } from './webhook/webhook.resource.ts'
import { webhookProgress } from './webhook/webhook-progress.resource.ts'

export { isGenuine, signatureOf } from './webhook/signature.ts'

export const notificationResources = [webhook, webhookProgress, delivery]

export interface NotificationOptions {
  store: Store
  /** The user as a caller, in this account; null when there is none any more. */
  viewerOf(webhook: { user: string; account: string }): Promise<Caller | null>
  onError(error: unknown, webhook: string): void
}

/** How long to sleep when nothing happens here: other nodes' changes, and retries that come due. */
const ROUND_MS = 1_000
/** Changes that come together are looked at together. */
const GATHER_MS = 50

const deliverySlice = implement(delivery, {
  redeliver: {
    short: async ({ store }) => ({
      set: { attempts: 0, nextAttemptAt: new Date(await store.now()).toISOString(), takenUntil: null },
    }),
  },
})

export function notificationModule(options: NotificationOptions): Module {
  const { store, onError } = options
  const events = createEvents(store)
  const dispatcher = createDispatcher({ ...options, events })
  const sender = createSender(options)
  const closing = new AbortController()
  let rounds = Promise.resolve()

  const somethingHappened = (): Promise<void> =>
    new Promise((resolve) => {
      const done = (): void => {
        stop()
        clearTimeout(timer)
        closing.signal.removeEventListener('abort', done)
        resolve()
      }
      const stop = store.onFlush(done)
      const timer = setTimeout(done, ROUND_MS)
      closing.signal.addEventListener('abort', done)
    })

  async function goRound(): Promise<void> {
    while (!closing.signal.aborted) {
      const next = somethingHappened()
      await dispatcher
        .dispatch()
        .then(() => sender.send())
        .catch((error: unknown) => onError(error, ''))
      await next
      await sleep(GATHER_MS, undefined, { signal: closing.signal }).catch(() => {})
    }
  }

  return {
    name: 'notification',
    slices: [webhookSlice(events), implement(webhookProgress), deliverySlice],
    async start() {
      rounds = goRound()
    },
    async stop() {
      closing.abort()
      await rounds
      await sender.close()
    },
  }
}
