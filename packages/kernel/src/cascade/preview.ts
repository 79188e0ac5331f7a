/** What a deletion would come to, told before it is asked for: what goes, in which order, and what forbids it. */
import { createHash } from 'node:crypto'
import type { Caller } from '../caller.ts'
import { type Closure, type How, keyOf, type Member } from './closure.ts'
import { grouped } from './grouped.ts'
import { inWaves, orderOf } from './order.ts'
import { type Forbidden, type Reason, type ReasonDeps, reasonsAgainst, shownOf } from './reasons.ts'

export interface Going {
  kind: string
  id: string
  name: string
  /** By its own delete, as a part of another that is deleted, or with the row of another. */
  how: How
}

/** Answer of `GET /v1/<kind>/{id}/deletion`. */
export interface Preview {
  kind: string
  id: string
  name: string
  /** Whether it could be deleted now, with what it has. */
  possible: boolean
  /** Changes when something else would go. */
  fingerprint: string
  /** How many would go, as far as the caller can see. */
  total: number
  counts: { kind: string; count: number }[]
  /** In the order in which they go; those without a delete of their own at the end. */
  items: Going[]
  forbids: Reason[]
  /** How many more that the caller cannot see forbid it. */
  hidden: number
  /** Not all items, or not all that forbids it, are listed. */
  truncated: boolean
}

const isAgreedTo = ({ how }: Member): boolean => how !== 'vanishes'

/** Keys of what one agrees to: all but rows that come and go with others, such as sessions. */
export const agreedTo = ({ members }: Closure): string[] =>
  [...members].flatMap(([key, member]) => (isAgreedTo(member) ? [key] : [])).sort()

/** The same in a few characters. */
export const fingerprintOf = (closure: Closure): string =>
  createHash('sha256').update(agreedTo(closure).join('\n')).digest('base64url').slice(0, 22)

export const isLongDelete =
  ({ sliceOf }: Pick<ReasonDeps, 'sliceOf'>) =>
  (kind: string): boolean =>
    Boolean(sliceOf(kind).resource.actions.delete?.long)

/** Members in the order in which they go. */
export function inOrder(deps: ReasonDeps, closure: Closure): Member[] {
  const others = [...closure.members.values()].filter(({ how }) => how !== 'deleted')
  return [...inWaves(orderOf(closure, isLongDelete(deps))), ...others]
}

const nameOf = ({ row, id }: Member): string => String(row.name ?? id)

/** @param limit most items, and most reasons, that are listed */
export async function previewOf(
  deps: ReasonDeps,
  caller: Caller,
  closure: Closure,
  limit: number,
): Promise<{ preview: Preview; forbidden: Forbidden }> {
  const forbidden = await reasonsAgainst(deps, caller, closure)
  const members = inOrder(deps, closure)
  const shown = await shownOf(deps.store, caller, members)
  const visible = members.filter(({ kind, id }) => shown.has(keyOf(kind, id)))
  const { reasons, hidden } = forbidden
  const { root } = closure
  const preview: Preview = {
    kind: root.kind,
    id: root.id,
    name: nameOf(root),
    possible: reasons.length === 0 && hidden === 0,
    fingerprint: fingerprintOf(closure),
    total: visible.length,
    counts: [...grouped(visible, ({ kind }) => kind)].map(([kind, { length: count }]) => ({ kind, count })),
    items: visible
      .slice(0, limit)
      .map((member) => ({ kind: member.kind, id: member.id, name: nameOf(member), how: member.how })),
    forbids: reasons.slice(0, limit),
    hidden,
    truncated: visible.length > limit || reasons.length > limit,
  }
  return { preview, forbidden }
}
