/** Quotas in the API: what is used, the limits, and the recount. */
import { randomUUID } from 'node:crypto'
import { implement } from '../action.ts'
import type { Module, Route } from '../module.ts'
import type { Operation } from '../operations.ts'
import { forbidden, invalidField } from '../problem.ts'
import type { Store } from '../store.ts'
import type { QuotaKinds } from './kinds.ts'
import { limitKey } from './limits.ts'
import { quotaReconciler } from './quotas.reconcile.ts'
import { recount } from './recount.ts'

interface LimitRow {
  id: string
}

const limitAt = async (store: Store, key: string): Promise<LimitRow | undefined> =>
  (await store.all<LimitRow>('quotaLimit', { key }))[0]

interface Counted {
  account: string
  zone: string | null
  metric: string
}

async function settingLimit(store: Store, counted: Counted, maximum: number | null): Promise<Operation[]> {
  const { account, zone, metric } = counted
  const key = limitKey(counted)
  const known = await limitAt(store, key)
  if (known) return [{ op: 'update', kind: 'quotaLimit', id: known.id, set: { maximum } }]
  const row = { id: randomUUID(), name: metric, description: '', metric, account, zone, maximum, key }
  return [{ op: 'insert', kind: 'quotaLimit', row }]
}

async function removingLimit(store: Store, counted: Counted): Promise<Operation[]> {
  const known = await limitAt(store, limitKey(counted))
  return known ? [{ op: 'delete', kind: 'quotaLimit', id: known.id }] : []
}

const recountRoute = (store: Store): Route => ({
  method: 'POST',
  path: '/v1/quotas/recount',
  operation: {
    operationId: 'quota.recount',
    summary: 'Count again what accounts use, mend what differs, and tell of it. Operators only.',
    tags: ['quota'],
    responses: {
      '200': {
        description: 'What differed: account, zone, metric, what was counted and what there is.',
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['items'],
              properties: { items: { type: 'array', items: { type: 'object' } } },
            },
          },
        },
      },
    },
  },
  async handle({ caller }) {
    if (!caller.operator) throw forbidden('quota.recount')
    return { items: await recount(store) }
  },
})

export function quotaModule({ store, kinds }: { store: Store; kinds: QuotaKinds }): Module {
  const zoned = new Map(kinds.metrics.map((info) => [info.metric, info.zoned]))
  return {
    name: 'quota',
    slices: [
      implement(kinds.quotaLimit, {
        create: {
          async short({ input }) {
            if (input.zone && !zoned.get(input.metric))
              throw invalidField('zone', `${input.metric} is not counted by zone`, 'Leave the zone out.')
            return { set: { name: input.metric, key: limitKey(input) } }
          },
        },
      }),
      implement(kinds.quota, {
        setLimit: {
          async short({ row, input }) {
            const counted = row as unknown as Counted
            return { carriedOut: true, operations: await settingLimit(store, counted, input.maximum ?? null) }
          },
        },
        useDefault: {
          async short({ row }) {
            return { carriedOut: true, operations: await removingLimit(store, row as unknown as Counted) }
          },
        },
      }),
    ],
    routes: [recountRoute(store)],
    reconcilers: [quotaReconciler(store)],
  }
}
