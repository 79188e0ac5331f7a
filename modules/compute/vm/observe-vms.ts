/** Keeps VM states true when a guest changes on its own: it powered itself off, crashed, or its host lost it. */
import type { DomainState, DomainStatus } from '@basalt/contracts'
import { type AgentCalls, driversOf } from '@basalt/infrastructure'
import { createBatched, type Operation, Refused, type Store } from '@basalt/kernel'
import type { ReservationRow } from '../reservation/reservation.resource.ts'

export interface VmObserver {
  /** Compare what a host tells with what we know. */
  compare(host: string, domains: readonly DomainStatus[]): Promise<void>
  start(): void
}

interface Running {
  id: string
  host: string
  version: number
}

const RUNNING = `select id, host, version from vm where host = any($1::uuid[]) and state = 'running'`

export function createVmObserver(deps: {
  store: Store
  agents: AgentCalls
  onError(error: unknown, host: string): void
}): VmObserver {
  const { store, agents, onError } = deps

  /** Thousands of hosts tell of their guests all the time: looked up together, and no more of each than it takes. */
  const runningOn = createBatched<Running[]>(async (hosts) => {
    const found = new Map<string, Running[]>()
    for (const vm of await store.database.query<Running & Record<string, unknown>>(RUNNING, [hosts])) {
      const others = found.get(vm.host)
      if (others) others.push(vm)
      else found.set(vm.host, [vm])
    }
    return found
  })

  /** The guest has stopped: its room is free. Refused, and rightly so, while a task works on the VM or when it changed meanwhile. */
  async function stopped(vm: string, host: string, crashed: boolean, version?: number): Promise<void> {
    const [reservation] = await store.all<ReservationRow>('reservation', { id: vm })
    if (reservation?.host !== host) return
    const cause = crashed
      ? { code: 'GUEST_CRASHED', message: 'The guest crashed.', remedy: 'Read its console log, then start it again.' }
      : null
    const { vcpus, memoryBytes } = reservation
    const unit: Operation[] = [
      { op: 'update', kind: 'vm', id: vm, set: { state: 'stopped', host: null, cause }, from: ['running'], version },
      { op: 'delete', kind: 'reservation', id: vm },
      { op: 'adjust', kind: 'host', id: host, add: { vcpusReserved: -vcpus, memoryReservedBytes: -memoryBytes } },
    ]
    await store.commit(unit).catch((error: unknown) => {
      if (!(error instanceof Refused)) throw error
    })
  }

  const hasEnded = (state: DomainState): boolean => state === 'stopped' || state === 'crashed'

  const statesOf = (domains: readonly DomainStatus[]): Map<string, DomainState> =>
    new Map(domains.map(({ vm, state }) => [vm, state]))

  async function compare(host: string, domains: readonly DomainStatus[]): Promise<void> {
    const running = (await runningOn(host)) ?? []
    const told = statesOf(domains)
    const ended = running.filter(({ id }) => hasEnded(told.get(id) ?? 'stopped'))
    if (ended.length === 0) return
    // What the host told may be older than the start of the guest: it is asked again, now that the rows have been read.
    const now = statesOf((await driversOf(agents, host).hypervisor.observe({})).domains)
    for (const { id, version } of ended) {
      const state = now.get(id) ?? 'stopped'
      if (hasEnded(state)) await stopped(id, host, state === 'crashed', version)
    }
  }

  return {
    compare,
    start() {
      agents.onStatus((host, status) => {
        if (status.problems.some(({ part }) => part === 'libvirt' || part === 'hypervisor')) return
        compare(host, status.domains).catch((error: unknown) => onError(error, host))
      })
      agents.onChange((host, change) => {
        if (hasEnded(change.state))
          stopped(change.vm, host, change.state === 'crashed').catch((error: unknown) => onError(error, host))
      })
    },
  }
}
