/**
 * Circuit breakers: who does not answer several times in a row is not asked any more until a probe of ours comes through. Callers learn
 * of it at once, rather than each after a deadline of its own, and what is broken is not asked a thousand times.
 */
import type { Problem } from '../problem.ts'

export interface BreakerTuning {
  /** Calls in a row that must stay without an answer. */
  after: number
  /** Between probes; each waits twice as long as the one before, up to ten times this. */
  probeEveryMs: number
}

export interface BreakerOptions {
  /** Asked at each use, so that a change counts at once; what is left out is as {@link BREAKER_TUNING} has it. */
  tuning?(): Partial<BreakerTuning>
  /** Whether a call stayed without an answer. A refusal is an answer. */
  isSilence(error: unknown, tookMs: number): boolean
  /** The error that callers get meanwhile. */
  refusal(key: string, retryAfterSeconds: number): Problem
}

export interface Breaker {
  /**
   * Do `work` unless `key` is known to be silent.
   * @param probe a cheap call to the same; anything but silence closes the breaker
   */
  run<T>(key: string, work: () => Promise<T>, probe: () => Promise<unknown>): Promise<T>
  /** Resolves when the breaker is closed, after `patienceMs`, or when `signal` is aborted. */
  untilClosed(key: string, patienceMs: number, signal: AbortSignal): Promise<void>
  isOpen(key: string): boolean
  /** Forget what was told of every key that begins so: its other end is another one now. */
  reset(prefix: string): void
  close(): void
}

interface Open {
  timer: NodeJS.Timeout
  nextProbeAtMs: number
  waiting: Set<() => void>
}

const LONGEST_FACTOR = 10
export const BREAKER_TUNING: Readonly<BreakerTuning> = { after: 3, probeEveryMs: 5_000 }

export function createBreaker(options: BreakerOptions): Breaker {
  const { isSilence, refusal } = options
  const tuning = (): BreakerTuning => ({ ...BREAKER_TUNING, ...options.tuning?.() })
  /** Calls in a row without an answer. */
  const silent = new Map<string, number>()
  const open = new Map<string, Open>()

  function shut(key: string): void {
    const state = open.get(key)
    silent.delete(key)
    open.delete(key)
    clearTimeout(state?.timer)
    for (const resolve of state?.waiting ?? []) resolve()
  }

  function probeLater(key: string, probe: () => Promise<unknown>, delayMs: number, waiting: Open['waiting']): void {
    const timer = setTimeout(async () => {
      const startedAt = performance.now()
      const answered = await probe().then(
        () => true,
        (error: unknown) => !isSilence(error, performance.now() - startedAt),
      )
      if (open.get(key)?.timer !== timer) return
      if (answered) shut(key)
      else probeLater(key, probe, Math.min(2 * delayMs, LONGEST_FACTOR * tuning().probeEveryMs), waiting)
    }, delayMs)
    timer.unref()
    open.set(key, { timer, nextProbeAtMs: performance.now() + delayMs, waiting })
  }

  function failed(key: string, probe: () => Promise<unknown>): void {
    const failures = (silent.get(key) ?? 0) + 1
    silent.set(key, failures)
    const { after, probeEveryMs } = tuning()
    if (failures >= after && !open.has(key)) probeLater(key, probe, probeEveryMs, new Set())
  }

  return {
    async run(key, work, probe) {
      const state = open.get(key)
      if (state) throw refusal(key, Math.max(1, Math.ceil((state.nextProbeAtMs - performance.now()) / 1_000)))
      const startedAt = performance.now()
      try {
        const result = await work()
        silent.delete(key)
        return result
      } catch (error) {
        if (isSilence(error, performance.now() - startedAt)) failed(key, probe)
        else silent.delete(key)
        throw error
      }
    },
    untilClosed(key, patienceMs, signal) {
      const state = open.get(key)
      if (!state || patienceMs <= 0 || signal.aborted) return Promise.resolve()
      return new Promise((resolve) => {
        const end = (): void => {
          clearTimeout(timer)
          signal.removeEventListener('abort', end)
          state.waiting.delete(end)
          resolve()
        }
        const timer = setTimeout(end, patienceMs)
        signal.addEventListener('abort', end, { once: true })
        state.waiting.add(end)
      })
    },
    isOpen: (key) => open.has(key),
    reset(prefix) {
      for (const key of [...silent.keys(), ...open.keys()]) if (key.startsWith(prefix)) shut(key)
    },
    close() {
      for (const key of [...open.keys()]) shut(key)
    },
  }
}
