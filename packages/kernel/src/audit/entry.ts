/** What the audit keeps of a call: who, from where, with what, what, on which resource, how it ended, how long it took. */
import type { Caller } from '../caller.ts'

export interface AuditEntry {
  user: string | null
  account: string | null
  /** Permission or operation, e.g. `vm.start`, `session.create`. */
  action: string
  resource: string | null
  /** Where the call came from. */
  address: string | null
  /** Program it came with: the user agent, as the client tells it. */
  client: string | null
  /** The request's id, as in logs and in the header X-Request-Id. */
  request: string | null
  outcome: 'accepted' | 'refused'
  /** Code of the refusal. */
  code: string | null
  /** Until the answer was decided. */
  durationMs: number | null
}

const MAX_CLIENT = 256

/** The part of an entry that the caller brings along. */
export function entryOf(
  { user, account, address, client, request, begunAtMs }: Caller,
  facts: Pick<AuditEntry, 'action' | 'resource' | 'outcome' | 'code'>,
): AuditEntry {
  return {
    user: user || null,
    account: account || null,
    address: address ?? null,
    client: client?.slice(0, MAX_CLIENT) ?? null,
    request: request ?? null,
    durationMs: begunAtMs === undefined ? null : Math.max(0, Math.round(performance.now() - begunAtMs)),
    ...facts,
  }
}
