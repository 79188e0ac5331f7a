/** What the words after a resource stand for: `tag attach green vm web`. */
import type { KindAction } from '@basalt/resource'
import { namesKind } from '../../input/concrete.ts'
import { operandsOf } from '../../input/operands.ts'
import { type Completer, kindWords, namesOf } from './offers.ts'

/** @param at place among the operands */
export const operandValues =
  (action: KindAction, at: number): Completer =>
  (asked) => {
    const operands = operandsOf(action)
    const field = operands[at]
    if (!field) return []
    if (namesKind(field, action.input)) return kindWords(asked)
    const item = field.items ?? field
    // The first word is the resource; the operands before this one come after it.
    const beside = operands.findIndex(({ name }) => name === item.kindFrom)
    const { catalogue } = asked.context
    const kind = beside < 0 ? catalogue.kind(item.kind ?? '') : catalogue.byWord(asked.before[beside + 1] ?? '')
    if (kind) return namesOf(kind)(asked)
    return (item.values ?? []).map((word) => ({ word }))
  }
