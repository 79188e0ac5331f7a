/**
 * Counts what the units of a flush take, from the rows that its statements changed, and refuses those that take too much. The rows of
 * usage are written last and in order, by one statement: they are held only until the commit, nobody waits for them in a circle, and
 * any number of units of one account share a flush.
 */
import type { Resource } from '@basalt/resource'
import type { Query, Row } from '../database.ts'
import { type Operation, type Refused, RefusedUnits, type Unit } from '../operations.ts'
import { QuotaExceeded } from './exceeded.ts'
import { limitSql } from './limits.ts'

interface Taken {
  account: string
  zone: string
  amounts: number[]
}

/** Columns that a statement on a counted kind answers with. */
export interface TakenRow extends Row {
  before: Taken | null
  after: Taken | null
}

interface Key {
  account: string
  zone: string
  metric: string
}

interface Usage extends Key, Row {
  /** With all of the flush. */
  used: number
  maximum: number | null
}

/** Amounts by key. */
type Amounts = Map<string, Key & { amount: number }>

export interface Tally {
  /** What a statement changed; `unit` is null for rows that went with others. */
  add(unit: Unit | null, resource: Resource, row: TakenRow): void
  /** Write the usage. Throws {@link RefusedUnits} when units take more than is left; the caller rolls back. */
  settle(query: Query, units: readonly Unit[]): Promise<void>
}

const SETTLE = `insert into quota_usage as q (account, zone, metric, used) select account, zone, metric, amount from jsonb_to_recordset($1::jsonb) as u(account uuid, zone uuid, metric text, amount bigint) order by account, zone, metric on conflict (account, zone, metric) do update set used = q.used + excluded.used returning q.account, q.zone, q.metric, q.used, (select m.maximum from (${limitSql({ account: 'q.account', zone: 'q.zone', metric: 'q.metric' })}) m) as maximum`

const keyOf = ({ account, zone, metric }: Key): string => `${account}/${zone}/${metric}`

function addTo(amounts: Amounts, key: Key, amount: number): void {
  if (amount === 0) return
  const known = amounts.get(keyOf(key))
  if (known) known.amount += amount
  else amounts.set(keyOf(key), { ...key, amount })
}

function addAll(to: Amounts, from: Amounts | undefined): void {
  for (const { amount, ...key } of from?.values() ?? []) addTo(to, key, amount)
}

type Guard = Extract<Operation, { op: 'withinQuota' }>

const guardOf = (unit: Unit): Guard | undefined =>
  unit.find((operation): operation is Guard => operation.op === 'withinQuota')

/** Fair and exact: units that must not be refused count first, the others in their order, each if it fits. */
function refusals(
  units: readonly Unit[],
  asks: Map<Unit, Amounts>,
  usages: readonly Usage[],
  total: Amounts,
): Map<Unit, Refused> {
  const state = new Map(
    usages.map((usage) => [keyOf(usage), { ...usage, used: usage.used - (total.get(keyOf(usage))?.amount ?? 0) }]),
  )
  const take = (amounts: Amounts | undefined): void => {
    for (const [key, { amount }] of amounts ?? []) {
      const usage = state.get(key)
      if (usage) usage.used += amount
    }
  }
  const excessOf = (guard: Guard, amounts: Amounts): QuotaExceeded | null => {
    for (const [key, { amount, account, zone, metric }] of amounts) {
      const usage = state.get(key)
      if (!usage || usage.maximum === null || amount <= 0 || guard.except?.includes(metric)) continue
      if (usage.used + amount <= usage.maximum) continue
      const { maximum, used } = usage
      return new QuotaExceeded(guard, { account, zone, metric, maximum, used, asked: amount })
    }
    return null
  }
  const refused = new Map<Unit, Refused>()
  for (const unit of units) if (!guardOf(unit)) take(asks.get(unit))
  for (const unit of units) {
    const [guard, amounts] = [guardOf(unit), asks.get(unit)]
    if (!guard || !amounts) continue
    const excess = excessOf(guard, amounts)
    if (excess) refused.set(unit, excess)
    else take(amounts)
  }
  return refused
}

export function createTally(): Tally {
  const asks = new Map<Unit, Amounts>()
  const others: Amounts = new Map()

  function count(amounts: Amounts, resource: Resource, taken: Taken | null, sign: 1 | -1): void {
    if (!taken) return
    const { account, zone } = taken
    for (const [index, { metric }] of resource.quota.entries())
      addTo(amounts, { account, zone, metric }, sign * (taken.amounts[index] ?? 0))
  }

  return {
    add(unit, resource, { before, after }) {
      const amounts = unit ? (asks.get(unit) ?? new Map()) : others
      if (unit) asks.set(unit, amounts)
      count(amounts, resource, before, -1)
      count(amounts, resource, after, 1)
    },
    async settle(query, units) {
      const total: Amounts = new Map()
      for (const amounts of [...asks.values(), others]) addAll(total, amounts)
      const changes = [...total.values()]
      if (changes.length === 0) return
      const usages = await query<Usage>(SETTLE, [JSON.stringify(changes)])
      if (usages.every(({ used, maximum }) => maximum === null || used <= maximum)) return
      const refused = refusals(units, asks, usages, total)
      if (refused.size > 0) throw new RefusedUnits(refused)
    },
  }
}
