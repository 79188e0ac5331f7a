/** The order in which operations are tried: what takes something away from those that come after comes late. */
import type { Operation } from './document.ts'

/** Who there is and what they may do; what everything depends on. */
const TENANCY = /^(domain|account|user|role|roleBinding|group|groupMember|session|share)\./
const POLICY = /^(setting|settingTemplate|settingOverride|quota|quotaLimit|masterKey|node)\./
const SEPARATION = /^separation/
const REMOVES = /\.(delete|deleteAll|expunge|abandon|end)$/

function rankOf({ id, method }: Operation): number {
  if (method === 'GET') return 0
  if (SEPARATION.test(id)) return 5
  if (POLICY.test(id)) return 4
  if (REMOVES.test(id)) return TENANCY.test(id) ? 3 : 2
  return TENANCY.test(id) ? 1 : 0
}

export const inOrder = (operations: readonly Operation[]): Operation[] =>
  [...operations].sort((one, other) => rankOf(one) - rankOf(other))
