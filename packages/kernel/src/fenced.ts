/** Writes of a saga's step: they hold only while the task is ours. */
import { FencedError, type StepContext } from '@basalt/saga'
import { type Operation, Refused, type Unit } from './operations.ts'
import { QuotaExceeded, quotaProblem } from './quota/exceeded.ts'
import type { Store } from './store.ts'

export interface FencedWriter {
  /** Throws FencedError when the task was taken over, `Refused` when a condition of the unit did not hold, a problem when it is over a quota. */
  commit(unit: Unit): Promise<void>
  /** Like commit, for work that may have been done before: false when the unit's conditions did not hold. */
  tryCommit(unit: Unit): Promise<boolean>
}

export interface StepWriter extends FencedWriter {
  /**
   * What a step writes last is written with the record that it is done, which saves waiting for a flush. The step has failed when a
   * condition of it does not hold.
   */
  withRecord(...unit: Unit): void
  /**
   * The same for what others may take first, as they seldom do: true means that it will be written with the record. Should it be refused
   * then, the step is done again, and this is `tryCommit`.
   * @param settled called when it was written or never will be, whatever is answered
   */
  tryWithRecord(unit: Unit, settled: () => void): Promise<boolean>
}

/** @param context of the step; the run's id and epoch are all that another node needs to write for it */
export function fencedWriter(store: Store, context: Pick<StepContext, 'runId' | 'epoch' | 'signal'>): FencedWriter {
  const fence: Operation = { op: 'fence', task: context.runId, epoch: context.epoch }
  async function commit(unit: Unit): Promise<void> {
    context.signal.throwIfAborted()
    try {
      await store.commit([fence, ...unit])
    } catch (error) {
      if (error instanceof Refused && error.operation.op === 'fence')
        throw new FencedError(context.runId, context.epoch)
      if (error instanceof QuotaExceeded) throw await quotaProblem(store, error)
      throw error
    }
  }
  return {
    commit,
    async tryCommit(unit) {
      try {
        await commit(unit)
        return true
      } catch (error) {
        if (error instanceof Refused) return false
        throw error
      }
    },
  }
}

export function stepWriter(store: Store, context: StepContext): StepWriter {
  const writer = fencedWriter(store, context)
  const { attached, isAgain, signal } = context
  return {
    ...writer,
    withRecord(...unit) {
      signal.throwIfAborted()
      attached.push({ what: unit })
    },
    async tryWithRecord(unit, settled) {
      if (isAgain || signal.aborted) return writer.tryCommit(unit).finally(settled)
      attached.push({ what: unit, isTentative: true, settled })
      return true
    },
  }
}
