/** A driver that is as bad as can be: what each method does is chosen by `how`. */
export type Badness = 'busy' | 'hang' | 'throw' | 'throwLater' | 'eat' | 'well'

export interface BadDriverOptions {
  how: Badness
  atStart?: Badness
  /** Says that it is well. */
  goodHealth?: boolean
}

export function createBadDriver({ how, atStart = 'well', goodHealth = false }: BadDriverOptions) {
  const act = (badness: Badness): unknown => {
    if (badness === 'busy') for (;;);
    if (badness === 'hang') return new Promise(() => {})
    if (badness === 'throw') throw Object.assign(new Error('no luck'), { code: 'BAD_LUCK', remedy: 'Be lucky.' })
    if (badness === 'throwLater') {
      setTimeout(() => {
        throw new Error('thrown where nobody catches')
      })
      return new Promise(() => {})
    }
    if (badness === 'eat') {
      const eaten: number[][] = []
      for (;;) eaten.push(Array.from({ length: 1_000_000 }, (_, index) => index))
    }
    return 'well'
  }
  const method = async (...args: unknown[]): Promise<unknown> => (args.includes('be good') ? 'well' : act(how))
  act(atStart)
  return {
    takeLease: method,
    ensureNetwork: method,
    removeNetwork: method,
    ensurePort: method,
    removePort: method,
    async waitPortUp(_port: string, _timeoutMs: number, signal?: AbortSignal) {
      await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()))
      cancelled++
    },
    list: async () => cancelled,
    health: goodHealth ? async () => ({ ok: true, message: 'never better' }) : method,
    close: method,
  }
}

let cancelled = 0
