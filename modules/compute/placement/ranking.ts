/**
 * Who is best for many VMs of the same shape: sorted once, and put in order again one by one as their room is promised. Within one look room
 * only becomes less, so nobody rises: whoever stands first with the weight of now is the best.
 */
import type { Candidate, Demand } from './candidate.ts'
import { fits, weigh } from './choose.ts'

interface Ranked {
  candidate: Candidate
  /** As it was when it was put here. */
  weight: number
}

export interface Ranking {
  /** The best that will do; null when none will. */
  best(demand: Demand): Candidate | null
}

/** Shapes whose order is remembered; offerings are few. */
const MOST_SHAPES = 64

/** The best last; those that weigh the same in the order given. */
const ranked = (candidates: readonly Candidate[], demand: Demand): Ranked[] =>
  candidates
    .filter((candidate) => fits(candidate, demand))
    .map((candidate) => ({ candidate, weight: weigh(candidate, demand) }))
    .sort((a, b) => b.weight - a.weight)
    .reverse()

/** Before all that weigh as much, so that those come first. */
function insert(ranks: Ranked[], entry: Ranked): void {
  let [low, high] = [0, ranks.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ranks[middle]?.weight ?? 0) < entry.weight) low = middle + 1
    else high = middle
  }
  ranks.splice(low, 0, entry)
}

export function createRanking(candidates: readonly Candidate[]): Ranking {
  const shapes = new Map<string, Ranked[]>()

  function ranksFor(demand: Demand): Ranked[] {
    const shape = JSON.stringify(demand, Object.keys(demand).sort())
    const known = shapes.get(shape)
    if (known) return known
    const made = ranked(candidates, demand)
    if (shapes.size >= MOST_SHAPES) shapes.delete(shapes.keys().next().value ?? '')
    shapes.set(shape, made)
    return made
  }

  return {
    best(demand) {
      const ranks = ranksFor(demand)
      for (let first = ranks.at(-1); first; first = ranks.at(-1)) {
        const { candidate } = first
        const weight = weigh(candidate, demand)
        if (weight === first.weight && fits(candidate, demand)) return candidate
        ranks.pop()
        if (fits(candidate, demand)) insert(ranks, { candidate, weight })
      }
      return null
    },
  }
}
