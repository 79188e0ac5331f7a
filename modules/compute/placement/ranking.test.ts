import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Candidate, Demand } from './candidate.ts'
import { choose, weigh } from './choose.ts'
import { createRanking } from './ranking.ts'

const demandOf = (vcpus: number, memoryBytes: number, diskBytes = 0): Demand => ({
  zone: 'z',
  vcpus,
  memoryBytes,
  diskBytes,
  storageClass: null,
  architecture: 'x86_64',
  pinnedHost: null,
  pinnedPool: null,
})

interface Facts {
  vcpus: number
  memory: number
  disk: number
  connected: boolean
}

const candidateOf = ({ vcpus, memory, disk, connected }: Facts, index: number): Candidate =>
  ({
    host: {
      id: `h${index}`,
      state: 'up',
      enabled: true,
      vcpuCapacity: vcpus,
      vcpusReserved: 0,
      memoryCapacityBytes: memory,
      memoryReservedBytes: 0,
    },
    cluster: { id: 'c', architecture: 'x86_64' },
    pool: { id: `p${index}`, class: 'standard' },
    connected,
    mount: `m${index}`,
    usable: true,
    availableBytes: disk,
    totalBytes: 10,
  }) as unknown as Candidate

const facts = fc.record({
  vcpus: fc.integer({ min: 0, max: 8 }),
  memory: fc.integer({ min: 0, max: 8 }),
  disk: fc.integer({ min: 0, max: 10 }),
  connected: fc.boolean(),
})
const wanted = fc.record({
  vcpus: fc.integer({ min: 1, max: 3 }),
  memory: fc.integer({ min: 1, max: 3 }),
  disk: fc.nat(4),
})

function promise({ host }: Candidate, { vcpus, memoryBytes }: Demand): void {
  host.vcpusReserved += vcpus
  host.memoryReservedBytes += memoryBytes
}

/** Null when nobody will do. */
function plainlyBest(candidates: Candidate[], demand: Demand): Candidate | null {
  try {
    return choose(candidates, demand)[0] ?? null
  } catch {
    return null
  }
}

test('[vm.allocate] one after the other, whatever their shapes, get a host as good as a plain look at all would find', () => {
  fc.assert(
    fc.property(fc.array(facts, { maxLength: 12 }), fc.array(wanted, { maxLength: 40 }), (hosts, wishes) => {
      const candidates = hosts.map(candidateOf)
      const ranking = createRanking(candidates)
      for (const { vcpus, memory, disk } of wishes) {
        const demand = demandOf(vcpus, memory, disk)
        const [best, plain] = [ranking.best(demand), plainlyBest(candidates, demand)]
        expect(best === null).toBe(plain === null)
        if (!best || !plain) continue
        expect(weigh(best, demand)).toBe(weigh(plain, demand))
        promise(best, demand)
      }
    }),
    { numRuns: 300 },
  )
})

test('[vm.allocate] equal hosts take turns', () => {
  const candidates = [1, 2, 3].map((_, index) =>
    candidateOf({ vcpus: 64, memory: 64, disk: 10, connected: true }, index),
  )
  const ranking = createRanking(candidates)
  const demand = demandOf(1, 1)
  const chosen = Array.from({ length: 6 }, () => {
    const best = ranking.best(demand)
    if (best) promise(best, demand)
    return best?.host.id
  })
  expect(chosen).toEqual(['h0', 'h1', 'h2', 'h0', 'h1', 'h2'])
})
