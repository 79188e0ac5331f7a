import { Problem } from '@basalt/kernel'

/** Counts failures by key in a sliding window; too many are refused before any work is done. */
export interface Throttle {
  check(key: string): void
  forget(key: string): void
}

const MAX_KEYS = 10_000

export function createThrottle({ attempts, windowMs }: { attempts: number; windowMs: number }): Throttle {
  const seen = new Map<string, number[]>()
  return {
    check(key) {
      const now = Date.now()
      const recent = (seen.get(key) ?? []).filter((at) => at > now - windowMs)
      if (recent.length >= attempts)
        throw new Problem({
          status: 429,
          code: 'TOO_MANY_ATTEMPTS',
          detail: 'Too many attempts to log in.',
          remedy: 'Wait a minute, then try again.',
          retryAfterSeconds: Math.ceil(windowMs / 1000),
        })
      if (seen.size >= MAX_KEYS) seen.delete(seen.keys().next().value as string)
      seen.set(key, [...recent, now])
    },
    forget: (key) => void seen.delete(key),
  }
}
