/** What accounts were counted to use with the rows that count. A reconciler, so that one node at a time counts for all. */
import { type Reconciler, recounting } from '../reconcile/reconciler.ts'
import type { Store } from '../store.ts'
import { type Miscount, recount } from './recount.ts'

const inWords = ({ metric, zone, counted, actual }: Miscount): string =>
  `${counted} ${metric}${zone ? ` in the zone ${zone}` : ''} counted, ${actual} there`

/** One finding an account, whatever was wrong of it. */
function byAccount(miscounts: readonly Miscount[]): Map<string, Miscount[]> {
  const accounts = new Map<string, Miscount[]>()
  for (const one of miscounts) accounts.set(one.account, [...(accounts.get(one.account) ?? []), one])
  return accounts
}

export const quotaReconciler = (store: Store): Reconciler =>
  recounting({
    name: 'quotas',
    doc: 'What accounts use of their quotas, with the resources that count.',
    recount: async () =>
      [...byAccount(await recount(store))].map(([account, wrong]) => ({
        code: 'QUOTA_MISCOUNTED',
        subject: { kind: 'account', id: account },
        what: `The quotas of the account ${account} did not add up: ${wrong.map(inWords).join('; ')}.`,
        remedy: 'They are counted anew.',
      })),
  })
