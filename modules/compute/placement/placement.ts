/** Finds room for a VM and takes it: the room is finally taken by a conditional update, so that it is never given twice. */
import type { AgentCalls } from '@basalt/infrastructure'
import { type Operation, Problem, type StepWriter, type Store, type Unit } from '@basalt/kernel'
import type { PlacementPolicy } from '@basalt/plugin'
import type { ReservationRow } from '../reservation/reservation.resource.ts'
import { withAwaited } from './awaited.ts'
import type { Candidate, Demand, PlacedHost } from './candidate.ts'
import { choose, choosePool } from './choose.ts'
import { type View, viewsOf } from './policies.ts'
import type { Room, View as Shared } from './room.ts'

export interface Place {
  host: string
  hostName: string
  chassis: string
  pool: string
}

export interface Placement {
  /**
   * Room for the VM, taken when the step is done at the latest; the same again when it has it already. When only a host will do that is
   * away for a moment, it is waited for.
   */
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
  agents: Pick<AgentCalls, 'connected'>
  writer: StepWriter
  /** Shared by all that look for some. */
  room: Room
  policies: readonly PlacementPolicy[]
  /** Ends looking for some. */
  signal: AbortSignal
}): Placement {
  const { store, agents, writer, room, policies, signal } = deps
  const { candidates, queue, lastTurn } = room

  const taking = (vm: { id: string; name: string }, { vcpus, memoryBytes, zone }: Demand, host: PlacedHost): Unit => [
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
  ]

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

  /** Among those who look at the same time; null when it takes a closer look. */
  async function takeTogether(vm: { id: string; name: string }, demand: Demand, views: View[]): Promise<Place | null> {
    const { value: view, isKept } = await room.look(demand.zone)
    if (!view) return null
    let best: Candidate | undefined
    try {
      best = bestOf(view, demand, views)
    } catch (error) {
      if (isKept || view.isReduced()) return null
      throw error
    }
    if (!best) return null
    const promise = view.promise(best.host, demand)
    lastTurn.set(best.mount, performance.now())
    const taken = await writer.tryWithRecord(taking(vm, demand, best.host), promise.settled)
    return taken ? placeOf(best) : null
  }

  /** Where room is scarce: with nothing but what the database says. */
  async function takeInTurn(vm: { id: string; name: string }, demand: Demand, views: View[]): Promise<Place> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const [best] = choose(await candidates(demand.zone), demand, views)
      if (!best || !(await writer.tryCommit(taking(vm, demand, best.host)))) continue
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
  }

  return {
    async reserve(vm, demand) {
      const before = await existing(vm.id, demand)
      if (before) return before
      const views = await viewsOf(policies, demand)
      return withAwaited(
        async () =>
          (await takeTogether(vm, demand, views)) ?? queue.run(demand.zone, () => takeInTurn(vm, demand, views)),
        {
          candidates: () => candidates(demand.zone),
          choose: (among) => choose(among, demand, views),
          connected: agents.connected,
          signal,
        },
      )
    },
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

/** Each policy sees a VM in its own way, and whoever is bound to one host has no choice: only the others share an order. */
function bestOf(
  room: Pick<Shared, 'best' | 'candidates'>,
  demand: Demand,
  views: readonly View[],
): Candidate | undefined {
  const best = views.length === 0 && !demand.pinnedHost ? room.best(demand) : null
  return best ?? choose(room.candidates, demand, views)[0]
}

const placeOf = ({ host, pool }: Candidate): Place => ({
  host: host.id,
  hostName: host.name,
  chassis: host.chassis,
  pool: pool.id,
})
