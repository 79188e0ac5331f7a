/** Slows guessing down: wrong passwords are counted by user name, by address, and by both, before any password is hashed. */
import { createBuckets, Problem, type Rate, type Settings, type Store, senderOf } from '@basalt/kernel'
import type { Setting } from '@basalt/resource'
import { loginAttempts, loginAttemptsPerAddress, loginAttemptsPerUser } from '../settings.ts'
import { createAttempts } from './attempts.ts'

export interface Attempt {
  address: string
  username: string
}

export interface Throttle {
  /** Before the body is read: whether this address may try at all, as far as this node knows. @throws Problem */
  checkAddress(address: string): void
  /** Counts an attempt. @throws Problem when there were too many */
  check(attempt: Attempt): Promise<void>
  /** The password was right: it was no guess. */
  forgive(attempt: Attempt): Promise<void>
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

/** What this node has seen is refused without asking the database, which a flood of guesses never reaches; the rest all nodes decide. */
function createLimit(store: Store, settings: Settings, setting: Setting<number>) {
  const perMinute = (): number => settings.get(setting)
  const here = createBuckets((): Rate => ({ perSecond: perMinute() / 60, burst: perMinute() }))
  const everywhere = createAttempts(store, setting.name, perMinute)
  return {
    wait: here.wait,
    async take(key: string): Promise<void> {
      const seconds = here.take(key) || (await everywhere.take(key))
      if (seconds > 0) throw tooManyAttempts(seconds)
    },
    async give(key: string): Promise<void> {
      here.give(key)
      await everywhere.give(key)
    },
    async forget(key: string): Promise<void> {
      here.forget(key)
      await everywhere.forget(key)
    },
  }
}

export function createThrottle(store: Store, settings: Settings): Throttle {
  const pairs = createLimit(store, settings, loginAttempts)
  const addresses = createLimit(store, settings, loginAttemptsPerAddress)
  const usernames = createLimit(store, settings, loginAttemptsPerUser)
  /** Where users have logged in from: guesses from elsewhere do not shut them out. */
  const known = new Set<string>()

  return {
    checkAddress(address) {
      const seconds = addresses.wait(senderOf(address))
      if (seconds > 0) throw tooManyAttempts(seconds)
    },
    async check({ address, username }) {
      const sender = senderOf(address)
      const pair = `${sender} ${username}`
      await pairs.take(pair)
      await addresses.take(sender)
      if (!known.has(pair)) await usernames.take(username)
    },
    async forgive({ address, username }) {
      const sender = senderOf(address)
      const pair = `${sender} ${username}`
      await Promise.all([pairs.forget(pair), addresses.give(sender), known.has(pair) || usernames.give(username)])
      if (known.size >= MAX_KNOWN) known.delete(known.values().next().value as string)
      known.add(pair)
    },
  }
}
