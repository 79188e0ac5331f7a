/** Redeeming an invitation: both codes for a password that the user alone knows. */
import {
  type Caller,
  checked,
  createBoundedQueue,
  entryOf,
  type Operation,
  type Problem,
  Refused,
  type Route,
  refusal,
  type Store,
} from '@basalt/kernel'
import { f, objectSchema } from '@basalt/resource'
import type { PasswordHasher } from '../password/hasher.ts'
import { guardOf } from '../session/admission.ts'
import { type Refusals, refusing } from '../session/refusals.ts'
import type { Throttle, Weighed } from '../session/throttle.ts'
import { hashOfToken } from '../session/token.ts'
import { endSessions, newPassword } from '../user/password.ts'
import { passwordField, type UserRow } from '../user/user.resource.ts'
import type { InvitationRow } from './invitation.resource.ts'

const MAX_BYTES = 8 * 1024
const ACTION = 'invitation.redeem'

const secret = () => f.text({ maxLength: 256, secret: true })
const input = objectSchema(
  { username: f.text({ maxLength: 63 }), code: secret(), secondCode: secret(), password: passwordField },
  'create',
)

interface Wanted {
  username: string
  code: string
  secondCode: string
  password: string
}

export interface RedeemDeps {
  store: Store
  hasher: PasswordHasher
  throttle: Throttle
  refusals: Refusals
}

const refused = (): Problem =>
  refusal({
    status: 401,
    code: 'WRONG_CREDENTIALS',
    detail: 'No invitation of this user that counts has these two codes.',
    remedy: 'Check the user name and both codes; if they are right it has expired: ask for another one.',
  })

interface Found {
  user: UserRow
  found: InvitationRow
  /** Others of the same user, which count no more then. */
  others: InvitationRow[]
}

/** Codes are compared by their hashes, of which nobody can make one that is nearly right. */
async function invitationOf(store: Store, user: UserRow | undefined, wanted: Wanted): Promise<Found> {
  const open = user ? await store.all<InvitationRow>('invitation', { user: user.id, state: 'approved' }) : []
  const [code, secondCode] = [hashOfToken(wanted.code), hashOfToken(wanted.secondCode)]
  const now = await store.now()
  const found = open.find(
    (row) => row.code === code && row.secondCode === secondCode && Date.parse(row.validUntil) > now,
  )
  if (!user || !found) throw refused()
  return { user, found, others: open.filter((row) => row !== found) }
}

/** What is asked of the database for those who have not proved anything yet: so many at once, and so many that wait. */
const ROOM = { concurrent: 8, waiting: 64 }

function createRedeem({ store, hasher, throttle, refusals }: RedeemDeps) {
  const room = createBoundedQueue('invitations to redeem', ROOM)

  /** The unit that sets the password and ends what the former one was good for. */
  async function unitOf({ user, found, others }: Found, password: string, from: Caller): Promise<Operation[]> {
    const end = ({ id }: InvitationRow, state: 'redeemed' | 'expired'): Operation => ({
      op: 'update',
      kind: 'invitation',
      id,
      set: { state },
      from: ['approved'],
    })
    const facts = { action: ACTION, resource: found.id, outcome: 'accepted', code: null } as const
    return [
      end(found, 'redeemed'),
      ...others.map((row) => end(row, 'expired')),
      { op: 'update', kind: 'user', id: user.id, set: await newPassword(hasher, password) },
      ...(await endSessions(store, user.id)),
      { op: 'audit', entry: entryOf({ ...from, user: user.id, account: user.account }, facts) },
    ]
  }

  /** @throws Problem, which is in the audit then */
  return async (wanted: Wanted, from: Caller): Promise<void> => {
    const { username, password } = wanted
    let known: UserRow | undefined
    let weighed: Weighed
    try {
      weighed = await room.run(async () => {
        const attempt = await throttle.check({ address: from.address ?? '', username })
        ;[known] = await store.all<UserRow>('user', { username })
        await store.commit(await unitOf(await invitationOf(store, known, wanted), password, from))
        return attempt
      })
    } catch (error) {
      return refusing(refusals, ACTION)(error instanceof Refused ? refused() : error, from, known)
    }
    await weighed.forgive()
  }
}

export function redeemRoute(deps: RedeemDeps): Route {
  const redeem = createRedeem(deps)
  const text = { type: 'string' }
  const password = { ...text, format: 'password' }
  return {
    method: 'POST',
    path: '/v1/invitations/redeem',
    public: true,
    audited: true,
    maxBodyBytes: MAX_BYTES,
    operation: {
      operationId: ACTION,
      summary: 'Set your own password, with the two codes of an invitation; ends your sessions.',
      tags: ['invitation'],
      requestBody: {
        required: true,
        content: {
          'application/json': {
            schema: {
              type: 'object',
              required: ['username', 'code', 'secondCode', 'password'],
              additionalProperties: false,
              properties: { username: text, code: password, secondCode: password, password },
            },
          },
        },
      },
      responses: { '204': { description: 'Log in with the new password.' } },
    },
    guard: guardOf(deps, ACTION, () => 'hash'),
    async handle({ body, caller, reply }) {
      await redeem(checked(input, body) as unknown as Wanted, caller)
      reply.code(204).send()
    },
  }
}
