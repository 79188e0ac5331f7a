/** Placement: filters, then weighers. A refusal says how many hosts each filter turned away, and why. */
import { Problem } from '@basalt/kernel'
import type { Candidate, Demand, Filter, Weigher } from './candidate.ts'
import { architecture } from './filters/architecture.ts'
import { compute } from './filters/compute.ts'
import { connected } from './filters/connected.ts'
import { storage } from './filters/storage.ts'
import { freeCpu } from './weighers/free-cpu.ts'
import { freeMemory } from './weighers/free-memory.ts'

const FILTERS: readonly Filter[] = [connected, architecture, storage, compute]
const WEIGHERS: readonly Weigher[] = [freeMemory, freeCpu]

function explain(reasons: Map<string, Set<string>>): Problem {
  const parts = [...reasons].map(([reason, hosts]) => `${hosts.size} ${reason}`)
  return new Problem({
    status: 409,
    code: 'NO_HOST_FITS',
    detail:
      parts.length > 0
        ? `No host can take the VM: of the hosts ${parts.join(', ')}.`
        : 'No host can take the VM: the zone has no host with a storage pool.',
    remedy: 'Choose a smaller offering or another storage class, or ask an operator for more room.',
  })
}

/** Candidates that will do, best first. @throws Problem NO_HOST_FITS when there is none */
export function choose(candidates: readonly Candidate[], demand: Demand): Candidate[] {
  const reasons = new Map<string, Set<string>>()
  const fitting = candidates.filter((candidate) => {
    const reason = FILTERS.map((filter) => filter(candidate, demand)).find((found) => found !== null)
    if (reason) reasons.set(reason, (reasons.get(reason) ?? new Set()).add(candidate.host.id))
    return !reason
  })
  if (fitting.length === 0) throw explain(reasons)
  const weight = (candidate: Candidate): number =>
    WEIGHERS.reduce((sum, weigher) => sum + weigher(candidate, demand), 0)
  return fitting
    .map((candidate) => ({ candidate, weight: weight(candidate) }))
    .sort((a, b) => b.weight - a.weight)
    .map(({ candidate }) => candidate)
}
