/** What one part asks for and another approves, whatever it is. */
import { type Caller, conflict, type Part, Problem, type Settings, type Store } from '@basalt/kernel'
import { ignoringRefusal } from '../session/open-session.ts'
import { separationRequestHours } from '../settings.ts'
import { isSeparated, separated } from './split.ts'

const HOUR_MS = 3_600_000

/** @throws 409 unless duties are separated, 403 unless the caller has a part */
export async function partAsking(store: Store, caller: Caller): Promise<Part> {
  if (!(await isSeparated(store)))
    throw conflict('NOT_SEPARATED', 'Duties are not separated.', 'Give and take roles, and set passwords, as usual.')
  const part = caller.access?.part
  if (!part) throw separated('Only sysadmin, secadmin and secauditor ask for this and approve it.')
  return part
}

/** @throws 403 when it is the one who asks, or one of the same part */
export function checkOther(asked: { requestedBy: string; requestedPart: string }, caller: Caller, part: Part): void {
  if (asked.requestedBy === caller.user || asked.requestedPart === part)
    throw new Problem({
      status: 403,
      code: 'NEEDS_ANOTHER_PART',
      detail: `The ${asked.requestedPart} asks for this; it takes another part to approve it.`,
      remedy: `Have it approved by one who is not ${asked.requestedPart}.`,
    })
}

/** When what is asked for now counts no more. */
export const requestEnd = async (store: Store, settings: Settings): Promise<string> =>
  new Date((await store.now()) + settings.get(separationRequestHours) * HOUR_MS).toISOString()

const OPEN = { separationRequest: ['pending'], invitation: ['pending', 'approved'] }

/** What nobody decided, or used, in time says so. */
export async function expireRequests(store: Store): Promise<void> {
  const now = await store.now()
  for (const [kind, from] of Object.entries(OPEN)) {
    const open = await store.all<{ id: string; validUntil: string }>(kind, { state: from })
    for (const { id } of open.filter(({ validUntil }) => Date.parse(validUntil) <= now))
      await ignoringRefusal(store.commit([{ op: 'update', kind, id, set: { state: 'expired' }, from }]))
  }
}
