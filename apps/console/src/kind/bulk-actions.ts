/** What can be done with several resources at once, and why something cannot. */
import type { Session } from '../api/session.ts'
import type { Kind, KindAction, Row } from '../api/types.ts'
import { nameOf } from '../data/resources.ts'
import { t } from '../text/index.ts'
import { actionsOn, refusalOf } from './actions.ts'

export interface BulkChoice {
  action: KindAction
  /** Why it cannot be done with all of them; null when it can. */
  refusal: string | null
}

/** Why the first of those that do not allow it does not. */
function refusalFor(action: KindAction, rows: readonly Row[]): string | null {
  const refused = rows.flatMap((row) => {
    const refusal = refusalOf(action, row)
    return refusal === null ? [] : [{ row, refusal }]
  })
  const [first] = refused
  if (!first) return null
  const told = t('bulk.notFor', { name: nameOf(first.row), reason: first.refusal })
  return refused.length > 1 ? `${told} ${t('bulk.andMore', { count: refused.length - 1 })}` : told
}

/** Actions that each of them has, in order of definition. */
export function bulkChoices(kind: Kind, rows: readonly Row[], session: Session | null): BulkChoice[] {
  const [first, ...others] = rows
  if (!first) return []
  const names = others.map((row) => new Set(actionsOn(kind, row, session).map(({ name }) => name)))
  return actionsOn(kind, first, session)
    .filter(({ name, bulk }) => bulk && names.every((known) => known.has(name)))
    .map((action) => ({ action, refusal: refusalFor(action, rows) }))
}
