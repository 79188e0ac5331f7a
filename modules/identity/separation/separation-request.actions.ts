/** What two parts do together: undo the separation, appoint and dismiss. */
import {
  conflict,
  implement,
  invalidField,
  type Operation,
  type Part,
  type Settings,
  type Slice,
  type Store,
} from '@basalt/kernel'
import { SEPARATION } from '../platform/ids.ts'
import { systemRole } from '../role/reconcile-roles.ts'
import { bindingsOfRole } from '../role-binding/bindings.ts'
import { checkOther, partAsking, requestEnd } from './consent.ts'
import { appointment, checkHolder } from './separation.actions.ts'
import { type SeparationRequestRow, separationRequest } from './separation-request.resource.ts'
import { separationNow } from './split.ts'

interface Wanted {
  purpose: SeparationRequestRow['purpose']
  part?: Part | null
  user?: string | null
}

type Holder = Parameters<typeof checkHolder>[1]

function checkWanted({ purpose, part, user }: Wanted): void {
  for (const [field, value] of Object.entries({ part, user })) {
    if (purpose === 'undo' && value)
      throw invalidField(field, 'goes with "appoint" and "dismiss" only', 'Leave it out.')
    if (purpose !== 'undo' && !value) throw invalidField(field, `is needed to ${purpose}`, 'Name it.')
  }
}

async function dismissal(store: Store, user: string, part: Part): Promise<Operation[]> {
  const bindings = await bindingsOfRole(store, (await systemRole(store, part)).id)
  const own = bindings.filter((binding) => binding.user === user)
  if (own.length === 0) throw conflict('NO_PART', `The user is no ${part}.`, 'List role bindings to see who is.')
  if (own.length === bindings.length)
    throw conflict('LAST_OF_PART', `The user is the only ${part}.`, `Appoint another ${part} first.`)
  return own.map(({ id }): Operation => ({ op: 'delete', kind: 'roleBinding', id }))
}

async function holderOf(store: Store, user: string): Promise<Holder> {
  const [holder] = await store.all<Holder>('user', { id: user })
  if (!holder) throw conflict('USER_GONE', 'The user was deleted meanwhile.', 'Ask for somebody else.')
  return holder
}

/** What is done when it is approved; looked at when it is asked for, too, so that nobody approves what cannot be done. */
async function carriedOut(store: Store, { purpose, part, user }: Wanted): Promise<Operation[]> {
  if (purpose === 'undo' || !part || !user) return []
  if (purpose === 'dismiss') return dismissal(store, user, part)
  const holder = await holderOf(store, user)
  await checkHolder(store, holder, part, 'user')
  return appointment(store, holder, part)
}

/** One decision at a time: each changes the separation, at the version it has looked at. */
async function decided(store: Store, purpose: Wanted['purpose']): Promise<Operation> {
  const { version } = await separationNow(store)
  const since = new Date(await store.now()).toISOString()
  const set = purpose === 'undo' ? { state: 'off', since } : { state: 'on' }
  return { op: 'update', kind: 'separation', id: SEPARATION, set, from: ['on'], version }
}

export const separationRequestSlice = (settings: Settings): Slice =>
  implement(separationRequest, {
    create: {
      async short({ input, caller, store }) {
        const part = await partAsking(store, caller)
        checkWanted(input)
        await carriedOut(store, input)
        const validUntil = await requestEnd(store, settings)
        const about = input.part ? `${input.purpose} ${input.part}` : input.purpose
        return { set: { name: about, requestedBy: caller.user, requestedPart: part, validUntil } }
      },
    },
    approve: {
      async short({ row, caller, store }) {
        const request = row as unknown as SeparationRequestRow
        const part = await partAsking(store, caller)
        checkOther(request, caller, part)
        if (Date.parse(request.validUntil) <= (await store.now()))
          throw conflict('REQUEST_EXPIRED', 'Nobody approved this in time.', 'Ask for it again.')
        const operations = await carriedOut(store, request)
        return {
          set: { decidedBy: caller.user },
          operations: [...operations, await decided(store, request.purpose)],
        }
      },
    },
    reject: {
      async short({ caller, store }) {
        await partAsking(store, caller)
        return { set: { decidedBy: caller.user } }
      },
    },
  })
