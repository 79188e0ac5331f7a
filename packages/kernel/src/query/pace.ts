/** How long statements took last, by their texts: many lists are asked for again and again, about other ids. */

/** What takes no longer is quick. */
export const QUICK_MS = 20
const MAX_TEXTS = 1_000

export interface Pace {
  isQuick(text: string): boolean
  took(text: string, ms: number): void
}

export function createPace(): Pace {
  const tookMs = new Map<string, number>()
  return {
    isQuick: (text) => (tookMs.get(text) ?? Number.POSITIVE_INFINITY) <= QUICK_MS,
    took(text, ms) {
      tookMs.delete(text)
      if (tookMs.size >= MAX_TEXTS) tookMs.delete(tookMs.keys().next().value as string)
      tookMs.set(text, ms)
    },
  }
}
