/** Logging in: a password for a session. */
import {
  accountFrozen,
  type Caller,
  checked,
  createBatched,
  type Guard,
  type Problem,
  refusal,
  type Store,
} from '@basalt/kernel'
import { f, objectSchema } from '@basalt/resource'
import type { PasswordHasher, Reserved } from '../password/hasher.ts'
import { isOutdated } from '../password/phc.ts'
import type { UserRow } from '../user/user.resource.ts'
import { guardOf } from './admission.ts'
import { createGuessers } from './guessers.ts'
import { ignoringRefusal, type Opened, type OpenSessionDeps, openSession } from './open-session.ts'
import { type Refusals, refusing } from './refusals.ts'
import type { Throttle, Weighed } from './throttle.ts'

const ACTION = 'session.create'

const input = objectSchema(
  {
    username: f.text({ maxLength: 63 }),
    password: f.text({ maxLength: 256, secret: true }),
    cookie: f.boolean({ default: false }),
  },
  'create',
)

interface Wanted {
  username: string
  password: string
  cookie?: boolean
}

export interface Login {
  guard: Guard
  /** @throws Problem when it is refused */
  open(body: unknown, from: Caller): Promise<{ session: Opened; cookie: boolean }>
}

export interface LoginDeps extends OpenSessionDeps {
  hasher: PasswordHasher
  throttle: Throttle
  refusals: Refusals
}

const refused = (): Problem =>
  refusal({
    status: 401,
    code: 'WRONG_CREDENTIALS',
    detail: 'The user name or the password is wrong.',
    remedy: 'Check both; an operator can set a new password.',
  })

/** Those who are let in together are looked up together. */
const usersByName = (store: Store) =>
  createBatched(async (username) => {
    const users = await store.all<UserRow>('user', { username })
    return new Map(users.map((user) => [user.username, user]))
  })

export function createLogin(deps: LoginDeps): Login {
  const { store, hasher, throttle, refusals, access } = deps
  const refuse = refusing(refusals, ACTION)

  const find = usersByName(store)
  const guessers = createGuessers()

  /** The user whose password it is. @throws Problem, which is in the audit then */
  async function prove({ username, password }: Wanted, from: Caller): Promise<{ user: UserRow; weighed: Weighed }> {
    const { address = '' } = from
    let user: UserRow | undefined
    let room: Reserved | undefined
    try {
      // First of all, so that a flood of guesses asks the database for no more of them than can be checked.
      room = hasher.reserve(guessers.laneOf(address))
      const weighed = await throttle.check({ address, username })
      user = await find(username)
      if (!(await room.verify(password, user?.passwordHash ?? null)) || !user) {
        guessers.note(address)
        throw refused()
      }
      if (await access.isFrozen(user.account)) throw accountFrozen()
      return { user, weighed }
    } catch (error) {
      return refuse(error, from, user)
    } finally {
      room?.release()
    }
  }

  /** What a former version, or other parameters, made of the password is made anew while the password is at hand. */
  async function renewHash({ id, version, passwordHash: before }: UserRow, password: string): Promise<void> {
    if (!before || !isOutdated(before)) return
    const passwordHash = await hasher.hash(password)
    await ignoringRefusal(store.commit([{ op: 'update', kind: 'user', id, set: { passwordHash }, version }]))
  }

  return {
    guard: guardOf(deps, ACTION, guessers.laneOf),
    async open(body, from) {
      const wanted = checked(input, body) as unknown as Wanted
      const { user, weighed } = await prove(wanted, from)
      await weighed.forgive()
      await renewHash(user, wanted.password)
      return { session: await openSession(deps, user, from), cookie: wanted.cookie ?? false }
    },
  }
}
