/** Steps that are done, and whose records wait for the next one's. */
import type { Attachment } from './context.ts'
import type { SagaDefinition } from './define.ts'
import type { JournalRecord } from './journal.ts'
import type { RunState, Unwritten } from './state.ts'

/** Nobody waits for what was attached any more. */
export function letGo(attached: readonly Attachment[]): void {
  for (const { settled } of attached) settled?.()
}

export const letGoOf = (unwritten: readonly Unwritten[]): void => {
  for (const { attached } of unwritten) letGo(attached)
}

const isLast = ({ saga }: RunState, index: number): boolean => index === saga.steps.length - 1

/** Whether the record of a step that is done may wait. A run that is undone goes no further. */
export const mayWait = (state: RunState, index: number): boolean =>
  state.saga.steps[index]?.options.record === 'withNext' && !isLast(state, index) && !state.undoing

/**
 * The furthest step that may have begun when the journal knows of so many that are done: the one after them, and those after it as long as
 * they did not wait for its record.
 */
export function furthestBegun({ steps }: SagaDefinition, done: number): number {
  let index = done
  while (steps[index]?.options.record === 'withNext') index++
  return Math.min(index, steps.length - 1)
}

/** One record of all: that of the last, with the earlier ones. */
export function joined(unwritten: readonly Unwritten[]): JournalRecord | undefined {
  const records = unwritten.map(({ record, attached }): JournalRecord => {
    const what = attached.flatMap((each) => each.what)
    return what.length > 0 ? { ...record, attached: what } : record
  })
  const last = records.pop()
  return last && (records.length > 0 ? { ...last, earlier: records } : last)
}

/** What the steps answered is needed to undo them; what they attached is not wanted any more. */
export const withoutAttached = (unwritten: readonly Unwritten[]): Unwritten[] =>
  unwritten.map(({ record }) => ({ record, attached: [] }))

/** Takes all that waits. */
export function takeUnwritten(state: RunState): Unwritten[] {
  const { unwritten } = state
  state.unwritten = []
  return unwritten
}
