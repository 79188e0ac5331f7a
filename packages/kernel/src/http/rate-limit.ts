/** Token buckets in memory, one a key: a steady rate, and a burst on top. */
import { isIPv6 } from 'node:net'
import { type Problem, refusal } from '../problem.ts'

export interface Rate {
  /** How much comes back. */
  perSecond: number
  /** The most that can be saved up, and what everybody begins with. */
  burst: number
}

export interface Buckets {
  /** Takes one; returns 0, or the seconds after which there is one again. */
  take(key: string): number
  /** Seconds after which there is one; 0 when there is one now. Takes nothing. */
  wait(key: string): number
  /** Takes more, also what is not there: it is owed, and nothing is to be had until it has come back. */
  owe(key: string, count: number): void
  /** Gives one back. */
  give(key: string): void
  /** Takes what was let in elsewhere, there being enough or not; a whole burst may be owed, so that nobody is shut out for long. */
  hear(key: string, count: number): void
  forget(key: string): void
}

interface Bucket {
  left: number
  atMs: number
}

const MAX_KEYS = 50_000

/** @param rate asked for each time, so that a change counts at once */
export function createBuckets(rate: () => Rate, now: () => number = () => performance.now()): Buckets {
  const buckets = new Map<string, Bucket>()

  function filled(key: string, { perSecond, burst }: Rate): Bucket {
    const atMs = now()
    const found = buckets.get(key)
    if (!found) return { left: burst, atMs }
    const left = Math.min(burst, found.left + ((atMs - found.atMs) / 1000) * perSecond)
    return { left, atMs }
  }

  function put(key: string, bucket: Bucket): void {
    // The map keeps the order of use: who was not seen for longest is forgotten first.
    buckets.delete(key)
    if (buckets.size >= MAX_KEYS) buckets.delete(buckets.keys().next().value as string)
    buckets.set(key, bucket)
  }

  const secondsFor = ({ left }: Bucket, { perSecond }: Rate): number =>
    left >= 1 ? 0 : Math.max(1, Math.ceil((1 - left) / Math.max(perSecond, 1e-3)))

  return {
    take(key) {
      const wanted = rate()
      const bucket = filled(key, wanted)
      const seconds = secondsFor(bucket, wanted)
      put(key, seconds === 0 ? { ...bucket, left: bucket.left - 1 } : bucket)
      return seconds
    },
    wait(key) {
      const wanted = rate()
      return secondsFor(filled(key, wanted), wanted)
    },
    owe(key, count) {
      const bucket = filled(key, rate())
      put(key, { ...bucket, left: bucket.left - count })
    },
    give(key) {
      const wanted = rate()
      const bucket = filled(key, wanted)
      put(key, { ...bucket, left: Math.min(wanted.burst, bucket.left + 1) })
    },
    hear(key, count) {
      const wanted = rate()
      const bucket = filled(key, wanted)
      put(key, { ...bucket, left: Math.max(-wanted.burst, bucket.left - count) })
    },
    forget: (key) => void buckets.delete(key),
  }
}

/**
 * What counts as one sender: an IPv4 address, also when it comes mapped into IPv6, or the /64 that an IPv6 address is of, since whoever
 * has one address of it has all.
 */
export function senderOf(address: string): string {
  // Most are, and need no further look.
  if (!address.includes(':')) return address
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1]
  if (mapped) return mapped
  if (!isIPv6(address)) return address
  const [head = '', tail] = (address.split('%')[0] ?? '').split('::')
  const groups = head.split(':').filter(Boolean)
  const after = tail === undefined ? [] : tail.split(':').filter(Boolean)
  const zeros = tail === undefined ? [] : Array<string>(Math.max(0, 8 - groups.length - after.length)).fill('0')
  const all = [...groups, ...zeros, ...after].map((group) => Number.parseInt(group, 16).toString(16))
  return `${all.slice(0, 4).join(':')}::/64`
}

export const tooManyRequests = (retryAfterSeconds: number): Problem =>
  refusal({
    status: 429,
    code: 'TOO_MANY_REQUESTS',
    detail: 'You send more requests than you may.',
    remedy: `Wait ${retryAfterSeconds} s, and send fewer at once; follow GET /v1/events rather than asking again and again.`,
    retryAfterSeconds,
  })
