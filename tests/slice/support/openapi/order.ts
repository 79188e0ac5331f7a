/** The order in which operations are tried: what takes something away from those that come after comes late. */
import type { Operation } from './document.ts'

/** Who there is and what they may do. */
const TENANCY = /^(domain|account|user|role|roleBinding|group|groupMember|session|share)\./
/** What everything depends on. */
const POLICY = /^(setting|settingTemplate|settingOverride|quota|quotaLimit|masterKey|node)\./
const SEPARATION = /^separation/
const REMOVES = /\.(delete|deleteAll|expunge|abandon|end)$/

function rankOf({ id, method }: Operation): number {
  if (method === 'GET') return 1
  if (SEPARATION.test(id)) return 7
  if (POLICY.test(id)) return 6
  if (id.endsWith('.create')) return 0
  if (!REMOVES.test(id)) return TENANCY.test(id) ? 2 : 1
  if (TENANCY.test(id)) return 5
  return id.endsWith('.deleteAll') ? 4 : 3
}

export const inOrder = (operations: readonly Operation[]): Operation[] =>
  [...operations].sort((one, other) => rankOf(one) - rankOf(other))
