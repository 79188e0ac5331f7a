/**
 * Keeps VM states true when a guest changes on its own: it powered itself off, crashed, or its host lost it. What a host tells is compared
 * with the rows when it has changed and once in a long while; while a task works on a VM there, again and again until that is over.
 */
import { isDeepStrictEqual } from 'node:util'
import type { DomainState, DomainStatus } from '@basalt/contracts'
import { type AgentCalls, driversOf } from '@basalt/infrastructure'
import { createBatched, type Operation, Refused, type Store } from '@basalt/kernel'
import type { ReservationRow } from '../reservation/reservation.resource.ts'
import { AT_WORK_ON_A_HOST } from './vm.resource.ts'

export interface VmObserver {
  /** Compare what a host tells with what we know. */
  compare(host: string, domains: readonly DomainStatus[]): Promise<void>
  start(): void
  stop(): void
}

interface Missing {
  id: string
  host: string
  version: number
  state: string
}

/** Of what rows say is on these hosts, that which does not run there. At rest it is nothing, however many guests there are. */
const MISSING = `select id, host, version, state from vm where host = any($1::uuid[]) and state = any($3::text[])
  and not exists (select from unnest($2::uuid[]) active(id) where active.id = vm.id)`

/** Between two looks at a host where a task works on a VM, or where a look failed. */
const AGAIN_MS = 5_000

const hasEnded = (state: DomainState): boolean => state === 'stopped' || state === 'crashed'

const statesOf = (domains: readonly DomainStatus[]): Map<string, DomainState> =>
  new Map(domains.map(({ vm, state }) => [vm, state]))

export function createVmObserver(deps: {
  store: Store
  agents: AgentCalls
  onError(error: unknown, host: string): void
}): VmObserver {
  const { store, agents, onError } = deps
  /** What hosts told last. */
  const told = new Map<string, readonly DomainStatus[]>()
  const again = new Set<string>()
  /** Guests that run, of the hosts that are compared now. */
  const active = new Map<string, string[]>()
  let timer: NodeJS.Timeout | undefined

  /** Thousands of hosts tell of their guests: looked up together. */
  const missingOn = createBatched<Missing[]>(async (hosts) => {
    const found = new Map<string, Missing[]>()
    const values = [hosts, hosts.flatMap((host) => active.get(host) ?? []), ['running', ...AT_WORK_ON_A_HOST]]
    for (const vm of await store.database.query<Missing & Record<string, unknown>>(MISSING, values)) {
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
      lookAgain(host)
    })
  }

  async function compare(host: string, domains: readonly DomainStatus[]): Promise<void> {
    active.set(
      host,
      domains.flatMap(({ vm, state }) => (hasEnded(state) ? [] : [vm])),
    )
    const missing = (await missingOn(host).finally(() => active.delete(host))) ?? []
    if (missing.some(({ state }) => state !== 'running')) lookAgain(host)
    const ended = missing.filter(({ state }) => state === 'running')
    if (ended.length === 0) return
    // What the host told may be older than the start of the guest: it is asked again, now that the rows have been read.
    const now = statesOf((await driversOf(agents, host).hypervisor.observe({})).domains)
    for (const { id, version } of ended) {
      const state = now.get(id) ?? 'stopped'
      if (hasEnded(state)) await stopped(id, host, state === 'crashed', version)
    }
  }

  function look(host: string, domains: readonly DomainStatus[]): void {
    told.set(host, domains)
    compare(host, domains).catch((error: unknown) => {
      lookAgain(host)
      onError(error, host)
    })
  }
  function lookAgain(host: string): void {
    again.add(host)
    timer ??= setTimeout(() => {
      timer = undefined
      const hosts = [...again]
      again.clear()
      for (const each of hosts) {
        const last = told.get(each)
        if (last) look(each, last)
      }
    }, AGAIN_MS)
    timer.unref()
  }

  return {
    compare,
    start() {
      agents.onStatus((host, { domains, problems }, isRoutine) => {
        // Its guests are those of before; they are compared when they can be seen again.
        if (problems.some(({ part }) => part === 'libvirt' || part === 'hypervisor')) return void told.delete(host)
        if (!isRoutine || !isDeepStrictEqual(told.get(host), domains)) look(host, domains)
      })
      agents.onChange((host, change) => {
        if (hasEnded(change.state))
          stopped(change.vm, host, change.state === 'crashed').catch((error: unknown) => onError(error, host))
      })
      agents.onDisconnected((host) => {
        told.delete(host)
        again.delete(host)
      })
    },
    stop() {
      clearTimeout(timer)
      timer = undefined
    },
  }
}
