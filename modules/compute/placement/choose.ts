/** Placement: filters, then weighers. A refusal says how many hosts each filter turned away, and why. */
import { Problem } from '@basalt/kernel'
import type { Candidate, Demand, Filter, Weigher } from './candidate.ts'
import { architecture } from './filters/architecture.ts'
import { compute } from './filters/compute.ts'
import { connected } from './filters/connected.ts'
import { storage } from './filters/storage.ts'
import type { View } from './policies.ts'
import { freeCpu } from './weighers/free-cpu.ts'
import { freeMemory } from './weighers/free-memory.ts'
import { freeSpace } from './weighers/free-space.ts'

const FILTERS: readonly Filter[] = [connected, architecture, storage, compute]
const WEIGHERS: readonly Weigher[] = [freeMemory, freeCpu, freeSpace]

interface Refusal {
  /** Index of the filter; the later, the closer it came. */
  filter: number
  reason: string
}

function refusalOf(candidate: Candidate, demand: Demand, views: readonly View[]): Refusal | null {
  for (const [filter, check] of FILTERS.entries()) {
    const reason = check(candidate, demand)
    if (reason) return { filter, reason }
  }
  for (const view of views) {
    const reason = view.refuse(candidate)
    if (reason) return { filter: FILTERS.length, reason }
  }
  return null
}

/** Each host is counted once, with the reason of the pool that came closest; those that came least close first. */
function explain(refusals: Map<string, Refusal>): Problem {
  const reasons = [...refusals.values()].sort((a, b) => a.filter - b.filter).map(({ reason }) => reason)
  const parts = [...new Set(reasons)].map((reason) => `${reasons.filter((other) => other === reason).length} ${reason}`)
  return new Problem({
    status: 409,
    code: 'NO_HOST_FITS',
    detail:
      parts.length > 0
        ? `No host can take the VM; of ${reasons.length} hosts, ${parts.join(', ')}.`
        : 'No host can take the VM: the zone has no host with a storage pool.',
    remedy: 'Choose a smaller offering or another storage class, or ask an operator for more room.',
  })
}

/** Whether our own filters let it through. */
export const fits = (candidate: Candidate, demand: Demand): boolean =>
  FILTERS.every((check) => check(candidate, demand) === null)

/** How good it is: the higher, the better. */
export const weigh = (candidate: Candidate, demand: Demand, views: readonly View[] = []): number =>
  WEIGHERS.reduce((sum, weigher) => sum + weigher(candidate, demand), 0) +
  views.reduce((sum, view) => sum + view.weigh(candidate), 0)

/**
 * Candidates that will do, best first; among equals in the order given.
 * @param views of the policies that plugins bring; they are asked about what our own filters let through
 * @throws Problem NO_HOST_FITS when there is none
 */
export function choose(candidates: readonly Candidate[], demand: Demand, views: readonly View[] = []): Candidate[] {
  const refusals = new Map<string, Refusal>()
  const fitting = candidates.filter((candidate) => {
    const refusal = refusalOf(candidate, demand, views)
    const before = refusals.get(candidate.host.id)
    if (refusal && (!before || refusal.filter > before.filter)) refusals.set(candidate.host.id, refusal)
    return !refusal
  })
  if (fitting.length === 0) throw explain(refusals)
  return bestFirst(fitting, demand, views)
}

function bestFirst(candidates: readonly Candidate[], demand: Demand, views: readonly View[] = []): Candidate[] {
  return candidates
    .map((candidate) => ({ candidate, weight: weigh(candidate, demand, views) }))
    .sort((a, b) => b.weight - a.weight)
    .map(({ candidate }) => candidate)
}

/** Of a host whose room is taken already, the best pool that will do; null when none will. */
export function choosePool(candidates: readonly Candidate[], demand: Demand): Candidate | null {
  return bestFirst(candidates, demand).find((candidate) => storage(candidate, demand) === null) ?? null
}
