/** Finds room for a VM and takes it: the room is finally taken by a conditional update, so that it is never given twice. */
import type { AgentCalls, HostRow } from '@basalt/infrastructure'
import { type FencedWriter, type KeyedQueue, type Operation, Problem, type Store } from '@basalt/kernel'
import type { PlacementPolicy } from '@basalt/plugin'
import type { PoolMountRow, StoragePoolRow } from '@basalt/storage'
import type { ReservationRow } from '../reservation/reservation.resource.ts'
import type { Candidate, Demand } from './candidate.ts'
import { choose, choosePool } from './choose.ts'
import { viewsOf } from './policies.ts'

export interface Place {
  host: string
  hostName: string
  chassis: string
  pool: string
}

export interface Placement {
  /** Room for the VM; the same again when it has it already. */
  reserve(vm: { id: string; name: string }, demand: Demand): Promise<Place>
  /** Room on the very host that it runs on, whether there is enough or not. */
  occupy(
    vm: { id: string; name: string; zone: string; vcpus: number; memoryBytes: number },
    host: string,
  ): Promise<void>
  /** Give the room back. */
  release(vm: string): Promise<void>
}

const ATTEMPTS = 16

export function createPlacement(deps: {
  store: Store
  agents: AgentCalls
  writer: FencedWriter
  queue: KeyedQueue
  /** When each mount was chosen last, shared by all: so that equals take turns. */
  lastTurn: Map<string, number>
  policies: readonly PlacementPolicy[]
}): Placement {
  const { store, agents, writer, queue, lastTurn, policies } = deps

  async function candidates(zone: string): Promise<Candidate[]> {
    const [hosts, clusters, pools, mounts] = await Promise.all([
      store.all<HostRow>('host', { zone }),
      store.all<{ id: string; architecture: string }>('cluster', { zone }),
      store.all<StoragePoolRow>('storagePool', { zone, state: 'ready' }),
      store.all<PoolMountRow>('poolMount', { zone }),
    ])
    const turns = (mount: PoolMountRow): number => lastTurn.get(mount.id) ?? 0
    return [...mounts]
      .sort((a, b) => turns(a) - turns(b))
      .flatMap((mount) => {
        const host = hosts.find(({ id }) => id === mount.host)
        const pool = pools.find(({ id }) => id === mount.pool)
        const sizes = { availableBytes: mount.availableBytes, totalBytes: mount.totalBytes }
        const cluster = clusters.find(({ id }) => id === host?.cluster)
        return host && pool && cluster
          ? [
              {
                host,
                pool,
                cluster,
                connected: agents.connected(host.id),
                mount: mount.id,
                usable: mount.state === 'usable',
                ...sizes,
              },
            ]
          : []
      })
  }

  async function take(
    vm: { id: string; name: string },
    { vcpus, memoryBytes, zone }: Demand,
    host: HostRow,
  ): Promise<boolean> {
    return writer.tryCommit([
      {
        op: 'insert',
        kind: 'reservation',
        row: { id: vm.id, name: vm.name, description: '', zone, host: host.id, vcpus, memoryBytes },
      },
      {
        op: 'adjust',
        kind: 'host',
        id: host.id,
        add: { vcpusReserved: vcpus, memoryReservedBytes: memoryBytes },
        atMost: { vcpusReserved: 'vcpuCapacity', memoryReservedBytes: 'memoryCapacityBytes' },
      },
      { op: 'update', kind: 'vm', id: vm.id, set: { host: host.id, lastHost: host.id } },
    ])
  }

  async function existing(vm: string, demand: Demand): Promise<Place | null> {
    const [reservation] = await store.all<ReservationRow>('reservation', { id: vm })
    if (!reservation) return null
    const found = (await candidates(demand.zone)).filter(({ host }) => host.id === reservation.host)
    const match = choosePool(found, demand)
    if (match) return placeOf(match)
    // Its host lost the pool since: it looks for another place.
    await release(vm)
    return null
  }

  async function release(vm: string): Promise<void> {
    const [reservation] = await store.all<ReservationRow>('reservation', { id: vm })
    if (!reservation) return
    const { host, vcpus, memoryBytes } = reservation
    await writer.commit([
      { op: 'delete', kind: 'reservation', id: vm },
      { op: 'adjust', kind: 'host', id: host, add: { vcpusReserved: -vcpus, memoryReservedBytes: -memoryBytes } },
      { op: 'update', kind: 'vm', id: vm, set: { host: null } },
    ])
  }

  return {
    // One after the other in a zone, so that each sees the room that those before it took.
    reserve: (vm, demand) =>
      queue.run(`placement/${demand.zone}`, async () => {
        const before = await existing(vm.id, demand)
        if (before) return before
        const views = await viewsOf(policies, demand)
        for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
          const [best] = choose(await candidates(demand.zone), demand, views)
          if (!best || !(await take(vm, demand, best.host))) continue
          lastTurn.set(best.mount, performance.now())
          return placeOf(best)
        }
        throw new Problem({
          status: 503,
          code: 'PLACEMENT_CONTENTION',
          detail: 'Others take the room faster than it can be found.',
          remedy: 'Try again.',
          retryAfterSeconds: 2,
        })
      }),
    async occupy({ id, name, zone, vcpus, memoryBytes }, host) {
      const [before] = await store.all<ReservationRow>('reservation', { id })
      if (before && before.host !== host) await release(id)
      const add = { vcpusReserved: vcpus, memoryReservedBytes: memoryBytes }
      const room: Operation[] = [
        { op: 'insert', kind: 'reservation', row: { id, name, description: '', zone, host, vcpus, memoryBytes } },
        { op: 'adjust', kind: 'host', id: host, add },
      ]
      await writer.commit([
        ...(before?.host === host ? [] : room),
        { op: 'update', kind: 'vm', id, set: { host, lastHost: host } },
      ])
    },
    release,
  }
}

const placeOf = ({ host, pool }: Candidate): Place => ({
  host: host.id,
  hostName: host.name,
  chassis: host.chassis,
  pool: pool.id,
})
