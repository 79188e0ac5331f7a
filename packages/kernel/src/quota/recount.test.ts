import { randomUUID } from 'node:crypto'
import { type CloudEnvironment, cloud } from '@basalt/testkit'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Operation, Refused } from '../operations.ts'
import { createSealer } from '../sealing.ts'
import { createStore } from '../store.ts'
import { recount } from './recount.ts'

const MAXIMA = { volumes: 6, volumeBytes: 40, runningVms: 3, vcpus: 5 }
const ZONE = randomUUID()

let env: CloudEnvironment
beforeAll(async () => {
  env = await cloud({ furnished: false })
  const limits = Object.entries(MAXIMA).map(([metric, maximum]): Operation => {
    const row = { id: randomUUID(), name: metric, description: '', metric, maximum, key: `//${metric}` }
    return { op: 'insert', kind: 'quotaLimit', row: { ...row, account: null, zone: null } }
  })
  await env.controlPlane().store.commit(limits)
})
afterAll(() => env.close())

const account = fc.nat(1)
const size = fc.integer({ min: 0, max: 20 })
const which = fc.nat(9)
const state = fc.constantFrom('creating', 'running', 'stopping', 'stopped', 'recycled', 'deleting', 'failed')
const vcpus = fc.integer({ min: 1, max: 3 })
const change = fc.oneof(
  fc.record({ do: fc.constant('makeVolume' as const), which, account, size }),
  fc.record({ do: fc.constant('makeVm' as const), which, account, vcpus, state }),
  fc.record({ do: fc.constant('makeVmWithVolume' as const), which, account, vcpus, size }),
  fc.record({ do: fc.constant('resize' as const), which, size }),
  fc.record({ do: fc.constant('give' as const), which, account }),
  fc.record({ do: fc.constant('become' as const), which, state }),
  fc.record({ do: fc.constant('rename' as const), which }),
  fc.record({ do: fc.constant('remove' as const), which, kind: fc.constantFrom('vm', 'volume') }),
)
type Change = typeof change extends fc.Arbitrary<infer C> ? C : never

interface World {
  accounts: string[]
  /** Ids that the changes talk of; a VM and a volume may have the same. */
  ids: string[]
}

const common = (id: string, world: World, owner: number) => ({
  id,
  name: 'x',
  description: '',
  zone: ZONE,
  account: world.accounts[owner],
})

function volume(id: string, world: World, owner: number, sizeBytes: number): Operation {
  return {
    op: 'insert',
    kind: 'volume',
    row: { ...common(id, world, owner), sizeBytes, topLayer: id, state: 'creating' },
  }
}

function vm(id: string, world: World, owner: number, cpus: number, at: string): Operation {
  const made = { offering: randomUUID(), image: randomUUID(), memoryBytes: 1, addresses: [] }
  return { op: 'insert', kind: 'vm', row: { ...common(id, world, owner), ...made, vcpus: cpus, state: at } }
}

function unitOf(each: Change, world: World): Operation[] {
  const id = world.ids[each.which] ?? ''
  switch (each.do) {
    case 'makeVolume':
      return [volume(id, world, each.account, each.size)]
    case 'makeVm':
      return [vm(id, world, each.account, each.vcpus, each.state)]
    case 'makeVmWithVolume':
      return [vm(id, world, each.account, each.vcpus, 'creating'), volume(id, world, each.account, each.size)]
    case 'resize':
      return [{ op: 'update', kind: 'volume', id, set: { sizeBytes: each.size } }]
    case 'give':
      return [
        { op: 'update', kind: 'volume', id, set: { account: world.accounts[each.account] } },
        { op: 'update', kind: 'vm', id, set: { account: world.accounts[each.account] } },
      ]
    case 'become':
      return [{ op: 'update', kind: 'vm', id, set: { state: each.state } }]
    case 'rename':
      return [{ op: 'update', kind: 'vm', id, set: { name: 'y' } }]
    case 'remove':
      return [{ op: 'delete', kind: each.kind, id }]
  }
}

test('[core.quota] whatever happens in whatever order at once: nothing is over its limit, and a recount finds no difference', async () => {
  const { store } = env.controlPlane()
  const attempt = (unit: Operation[]) =>
    store.commit([...unit, { op: 'withinQuota' }]).catch((error: unknown) => {
      if (!(error instanceof Refused)) throw error
    })
  const property = fc.asyncProperty(fc.array(fc.array(change, { maxLength: 12 }), { maxLength: 8 }), async (rounds) => {
    const world = { accounts: [randomUUID(), randomUUID()], ids: Array.from({ length: 10 }, () => randomUUID()) }
    for (const round of rounds) await Promise.all(round.map((each) => attempt(unitOf(each, world))))
    const usages = await store.database.query<{ metric: keyof typeof MAXIMA; used: number }>(
      'select metric, used from quota_usage where account = any($1::uuid[])',
      [world.accounts],
    )
    for (const { metric, used } of usages) {
      expect(used).toBeGreaterThanOrEqual(0)
      if (metric in MAXIMA) expect(used).toBeLessThanOrEqual(MAXIMA[metric])
    }
    expect(await recount(store)).toEqual([])
  })
  await fc.assert(property, { numRuns: 60 })
})

test('[core.quota] two nodes that fill the same quota at once stay within it', async () => {
  const { store } = env.controlPlane()
  const other = createStore(store.database, store.catalogue.resources, createSealer(Buffer.alloc(32)))
  const world = { accounts: [randomUUID()], ids: [] }
  const outcomes = await Promise.all(
    Array.from({ length: 60 }, (_, index) =>
      (index % 2 ? store : other)
        .commit([volume(randomUUID(), world, 0, 1), { op: 'withinQuota' }])
        .then(() => 'accepted')
        .catch((error: Error) => error.name),
    ),
  )
  expect(outcomes.filter((outcome) => outcome === 'accepted')).toHaveLength(MAXIMA.volumes)
  expect(outcomes.filter((outcome) => outcome === 'QuotaExceeded')).toHaveLength(60 - MAXIMA.volumes)
  expect(await recount(store)).toEqual([])
})
