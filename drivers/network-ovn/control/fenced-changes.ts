import { setTimeout } from 'node:timers/promises'
import type { NetworkFence } from '@basalt/contracts'
import { backoffDelayMs, isOvsdbError, type OvnNb, type OvsdbClient, type Transaction } from '@basalt/ovsdb'
import { OvnNetworkError } from './errors.ts'

/** Adds the operations of a change, after reading what there is. Called anew for each attempt. */
export type ChangePlan = (transaction: Transaction<OvnNb>) => Promise<void>

/** Between attempts of a change: another writer was quicker. */
const BACKOFF = { initialMs: 5, maxMs: 200 }

const leaseKey = (node: string): string => `basalt-node-${node}`

function stale({ node, epoch }: NetworkFence, cause?: unknown): OvnNetworkError {
  return new OvnNetworkError('STALE_EPOCH', `epoch ${epoch} of control-plane node ${node} is over`, cause)
}

/** Repeats an attempt that another writer, or a lost connection, came in between of. */
async function retry(timeoutMs: number, attempt: (timeoutMs: number) => Promise<void>): Promise<void> {
  const deadlineMs = performance.now() + timeoutMs
  for (let failures = 0; ; failures++) {
    try {
      return await attempt(Math.max(1, deadlineMs - performance.now()))
    } catch (error) {
      // Plans read before they write and guard what they read, so that an attempt whose outcome is unknown may be repeated.
      const repeatable = isOvsdbError(error, 'timed out', 'disconnected', 'outcome unknown')
      if (!repeatable || performance.now() >= deadlineMs) throw error
      await setTimeout(backoffDelayMs(failures, BACKOFF, Math.random()))
    }
  }
}

/**
 * Carries out a change under a fence. The first operation of its transaction waits, without time-out, on the row with
 * the node's epoch: the database itself refuses a node whose lease has passed on, however long it had been paused
 * between reading and writing. Plans guard what they have read by `wait` operations of their own; when such a guard
 * fails, somebody else was quicker and the plan is made again.
 *
 * @throws {OvnNetworkError} `STALE_EPOCH`
 */
export function changeFenced(
  nb: OvsdbClient<OvnNb>,
  fence: NetworkFence,
  timeoutMs: number,
  plan: ChangePlan,
): Promise<void> {
  const epoch = { [leaseKey(fence.node)]: String(fence.epoch) }
  return retry(timeoutMs, async (leftMs) => {
    const transaction = nb.transaction().wait('NB_Global', [['external_ids', 'includes', epoch]], '!=', [])
    await plan(transaction)
    try {
      await transaction.commit({ timeoutMs: leftMs, durable: true })
    } catch (error) {
      if (isOvsdbError(error, 'timed out') && error.operationIndex === 0) throw stale(fence, error)
      throw error
    }
  })
}

/**
 * Writes the node's epoch, unless a higher one stands there.
 *
 * @throws {OvnNetworkError} `STALE_EPOCH`
 */
export function writeLease(nb: OvsdbClient<OvnNb>, fence: NetworkFence, timeoutMs: number): Promise<void> {
  const key = leaseKey(fence.node)
  return retry(timeoutMs, async (leftMs) => {
    const [global] = await nb.select('NB_Global', {}, { timeoutMs: leftMs })
    const epoch = { [key]: String(fence.epoch) }
    const transaction = nb.transaction()
    if (global === undefined) transaction.wait('NB_Global', {}, '==', []).insert('NB_Global', { external_ids: epoch })
    else {
      const present = Number(global.external_ids[key] ?? 0)
      if (present > fence.epoch) throw stale(fence)
      if (present === fence.epoch) return
      transaction
        .wait('NB_Global', {}, '==', [{ external_ids: global.external_ids }])
        .mutate('NB_Global', {}, ['external_ids', 'delete', [key]], ['external_ids', 'insert', epoch])
    }
    await transaction.commit({ timeoutMs: leftMs, durable: true })
  })
}
