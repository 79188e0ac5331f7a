/** The refusal of what would take more than an account may have, and its words. */
import { type Operation, Refused } from '../operations.ts'
import { Problem, spelled } from '../problem.ts'
import type { Store } from '../store.ts'
import { NO_ZONE } from './amounts.ts'

export interface Excess {
  account: string
  /** `NO_ZONE` for what is counted everywhere together. */
  zone: string
  metric: string
  maximum: number
  used: number
  asked: number
}

/** A unit took more of a quota than is left. */
export class QuotaExceeded extends Refused {
  readonly excess: Excess

  constructor(operation: Operation, excess: Excess) {
    super(operation)
    this.name = 'QuotaExceeded'
    this.excess = excess
  }
}

const GIB = 2 ** 30

/** `100`, or `10 GiB` for metrics whose name has that unit. */
function quantity(metric: string, amount: number): string {
  if (!metric.endsWith('Bytes')) return String(amount)
  return amount % GIB === 0 || amount > 100 * GIB ? `${Math.round(amount / GIB)} GiB` : `${amount} bytes`
}

async function nameOf(store: Store, kind: 'account' | 'zone', id: string): Promise<string> {
  const [row] = await store.all<{ name: string }>(kind, { id })
  return `the ${kind} "${row?.name ?? id}"`
}

/** Says which quota, how much of it is used and was asked for, and whom to ask. */
export async function quotaProblem(store: Store, error: QuotaExceeded): Promise<Problem> {
  const { account, zone, metric, maximum, used, asked } = error.excess
  const whose = await nameOf(store, 'account', account)
  const where = zone === NO_ZONE ? '' : ` in ${await nameOf(store, 'zone', zone)}`
  const [most, now, more] = [maximum, used, asked].map((amount) => quantity(metric, amount))
  return new Problem({
    status: 409,
    code: 'QUOTA_EXCEEDED',
    detail: `The quota of ${spelled(metric)} is ${most} for ${whose}${where}; ${now} are used, and this asks for ${more} more.`,
    remedy:
      'Delete what is not needed any more, also from the recycle bin, or ask an operator of the platform for a higher quota.',
    facts: { metric, maximum, used, asked, account, zone: zone === NO_ZONE ? null : zone },
    cause: error,
  })
}
