import { defineSaga, noUndo } from '@basalt/saga'
import type { Caller } from '../caller.ts'
import { CASCADE_SAGA } from './names.ts'

/** A deletion as it was accepted. A type, so that it counts as JSON. */
export type CascadeInput = {
  kind: string
  id: string
  /** Keys of what was agreed to. */
  agreed: string[]
  /** Who asked for it. */
  caller: Pick<Caller, 'user' | 'account' | 'operator' | 'access'>
}

export interface CascadeDeps {
  cascade: {
    /** @throws Problem when something else would go than what was agreed to: nothing was deleted yet */
    confirm(input: CascadeInput): Promise<void>
    /** @throws Problem that names what could not be deleted, when all else that could be is gone */
    deleteAll(input: CascadeInput, progress: (percent: number, message: string) => void): Promise<{ deleted: number }>
  }
}

/** Each deletion may take its time; all of them together have a day. */
const DAY_MS = 24 * 3_600_000

const forward = noUndo('what is deleted stays deleted: asking for the deletion again goes on with what is left')

/** Delete a resource with what it has. Each deletion is one of its own, with its own task where it takes time. */
export const cascadeDelete = defineSaga<CascadeInput, CascadeDeps>()(CASCADE_SAGA, { ids: [] })
  .step('confirm', ({ input, cascade }) => cascade.confirm(input), noUndo('it only looks'))
  .step('deleteAll', ({ input, cascade, progress }) => cascade.deleteAll(input, progress), forward, {
    timeoutMs: DAY_MS,
    weight: 99,
  })
