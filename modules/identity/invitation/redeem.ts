/** Redeeming an invitation: both codes for a password that the user alone knows. */
import { type Caller, checked, entryOf, type Operation, Problem, Refused, type Route, type Store } from '@basalt/kernel'
import { f, objectSchema } from '@basalt/resource'
import type { PasswordHasher } from '../password/hasher.ts'
import { admitting } from '../session/admission.ts'
import { type Refusals, refusing } from '../session/refusals.ts'
import type { Throttle } from '../session/throttle.ts'
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
  new Problem({
    status: 401,
    code: 'WRONG_CREDENTIALS',
    detail: 'No invitation of this user that counts has these two codes.',
    remedy: 'Check the user name and both codes; if they are right it has expired: ask for another one.',
  })

/** Codes are compared by their hashes, of which nobody can make one that is nearly right. */
async function invitationOf(store: Store, user: UserRow | undefined, wanted: Wanted) {
  const open = user ? await store.all<InvitationRow>('invitation', { user: user.id, state: 'approved' }) : []
  const [code, secondCode] = [hashOfToken(wanted.code), hashOfToken(wanted.secondCode)]
  const now = await store.now()
  const found = open.find(
    (row) => row.code === code && row.secondCode === secondCode && Date.parse(row.validUntil) > now,
  )
  if (!user || !found) throw refused()
  return { user, found, others: open.filter((row) => row !== found) }
}

/** @throws Problem, which is in the audit then */
async function redeem({ store, hasher, throttle, refusals }: RedeemDeps, wanted: Wanted, from: Caller): Promise<void> {
  const { username, password } = wanted
  const attempt = { address: from.address ?? '', username }
  let known: UserRow | undefined
  try {
    await throttle.check(attempt)
    ;[known] = await store.all<UserRow>('user', { username })
    const { user, found, others } = await invitationOf(store, known, wanted)
    const end = ({ id }: InvitationRow, state: 'redeemed' | 'expired'): Operation => ({
      op: 'update',
      kind: 'invitation',
      id,
      set: { state },
      from: ['approved'],
    })
    const facts = { action: ACTION, resource: found.id, outcome: 'accepted', code: null } as const
    await store.commit([
      end(found, 'redeemed'),
      ...others.map((row) => end(row, 'expired')),
      { op: 'update', kind: 'user', id: user.id, set: await newPassword(hasher, password) },
      ...(await endSessions(store, user.id)),
      { op: 'audit', entry: entryOf({ ...from, user: user.id, account: user.account }, facts) },
    ])
  } catch (error) {
    const problem = error instanceof Refused ? refused() : error
    return refusing(refusals, ACTION)(problem, from, known)
  }
  await throttle.forgive(attempt)
}

export function redeemRoute(deps: RedeemDeps): Route {
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
    admit: admitting(deps, ACTION),
    async handle({ body, caller, reply }) {
      await redeem(deps, checked(input, body) as unknown as Wanted, caller)
      reply.code(204).send()
    },
  }
}
