/** Slows guessing down: wrong passwords are counted by user name, by address, and by both, before any password is hashed. */
import { createBuckets, Problem, type Rate, type Settings, senderOf } from '@basalt/kernel'
import type { Setting } from '@basalt/resource'
import { loginAttempts, loginAttemptsPerAddress, loginAttemptsPerUser } from '../settings.ts'

export interface Attempt {
  address: string
  username: string
}

export interface Throttle {
  /** Before the body is read: whether this address may try at all. @throws Problem */
  checkAddress(address: string): void
  /** Counts an attempt. @throws Problem when there were too many */
  check(attempt: Attempt): void
  /** The password was right: it was no guess. */
  forgive(attempt: Attempt): void
}

const MAX_KNOWN = 10_000

export const tooManyAttempts = (retryAfterSeconds: number): Problem =>
  new Problem({
    status: 429,
    code: 'TOO_MANY_ATTEMPTS',
    detail: 'Too many attempts to log in.',
    remedy: `Wait ${retryAfterSeconds} s, then try again.`,
    retryAfterSeconds,
  })

export function createThrottle(settings: Settings): Throttle {
  const perMinute = (setting: Setting<number>) => (): Rate => {
    const burst = settings.get(setting)
    return { perSecond: burst / 60, burst }
  }
  const pairs = createBuckets(perMinute(loginAttempts))
  const addresses = createBuckets(perMinute(loginAttemptsPerAddress))
  const usernames = createBuckets(perMinute(loginAttemptsPerUser))
  /** Where users have logged in from: guesses from elsewhere do not shut them out. */
  const known = new Set<string>()

  const refuse = (seconds: number): void => {
    if (seconds > 0) throw tooManyAttempts(seconds)
  }

  return {
    checkAddress: (address) => refuse(addresses.wait(senderOf(address))),
    check({ address, username }) {
      const sender = senderOf(address)
      const pair = `${sender} ${username}`
      refuse(pairs.take(pair))
      refuse(addresses.take(sender))
      if (!known.has(pair)) refuse(usernames.take(username))
    },
    forgive({ address, username }) {
      const sender = senderOf(address)
      const pair = `${sender} ${username}`
      pairs.forget(pair)
      addresses.give(sender)
      if (!known.has(pair)) usernames.give(username)
      if (known.size >= MAX_KNOWN) known.delete(known.values().next().value as string)
      known.add(pair)
    },
  }
}
