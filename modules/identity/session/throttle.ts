/** Slows guessing down: wrong passwords are counted by user name, by address, and by both, before any password is hashed. */
import { type Problem, refusal, type Settings, type Store, senderOf } from '@basalt/kernel'
import type { Setting } from '@basalt/resource'
import { loginAttempts, loginAttemptsPerAddress, loginAttemptsPerUser } from '../settings.ts'
import { type Charge, createAttempts } from './attempts.ts'

export interface Attempt {
  address: string
  username: string
}

/** An attempt that was counted. */
export interface Weighed {
  /** The password was right: it was no guess, and no guesses from elsewhere shut this user out of this address from now on. */
  forgive(): Promise<void>
}

export interface Throttle {
  /** Before the body is read: whether this address may try at all, as far as this node knows. @throws Problem */
  checkAddress(address: string): void
  /** Counts an attempt. @throws Problem when there were too many */
  check(attempt: Attempt): Promise<Weighed>
}

export const tooManyAttempts = (retryAfterSeconds: number): Problem =>
  refusal({
    status: 429,
    code: 'TOO_MANY_ATTEMPTS',
    detail: 'Too many attempts to log in.',
    remedy: `Wait ${retryAfterSeconds} s, then try again.`,
    retryAfterSeconds,
  })

/** @param gatherMs how long those who try have time for others to join in */
export function createThrottle(store: Store, settings: Settings, gatherMs: () => number): Throttle {
  const attempts = createAttempts(store, gatherMs)
  const charge = (setting: Setting<number>, key: string): Charge => ({
    name: setting.name,
    key,
    seconds: 60 / settings.get(setting),
  })

  return {
    checkAddress(address) {
      const seconds = attempts.wait(charge(loginAttemptsPerAddress, senderOf(address)))
      if (seconds > 0) throw tooManyAttempts(seconds)
    },
    async check({ address, username }) {
      const sender = senderOf(address)
      const place = `${sender} ${username}`
      const taken = await attempts.take([
        { ...charge(loginAttempts, place), clears: true },
        charge(loginAttemptsPerAddress, sender),
        { ...charge(loginAttemptsPerUser, username), unlessKnown: place },
      ])
      if (typeof taken === 'number') throw tooManyAttempts(taken)
      return {
        forgive: async () => {
          await Promise.all([taken.forgive(), attempts.know(place)])
        },
      }
    },
  }
}
