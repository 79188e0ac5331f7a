import type { Duplex } from 'node:stream'
import type { DomainSpec, DomainState, DomainStatus, HostChange, NicSpec } from '@basalt/contracts'
import { SimulatorError } from './errors.ts'
import { bootText, createSerialConsole, type SerialConsole } from './serial.ts'

/** A guest that is defined on a simulated host. */
export interface SimulatedDomain {
  spec: DomainSpec
  state: DomainState
  serial: SerialConsole
  /** Open console streams that end with the guest. */
  screens: Set<Duplex>
  behaviour: GuestBehaviour
}

/** What a guest does when it is asked; it heeds shutdown and has an agent unless told otherwise. */
export interface GuestBehaviour {
  /** Stays up, whether its power button is pressed or its agent asked. */
  ignoresShutdown: boolean
  /** Whether a guest agent answers. */
  hasAgent: boolean
}

/** The virtual network, as far as a host plugs its guests into it. */
export interface SimulatedCables {
  plug(port: string, chassis: string): void
  unplug(port: string): void
  /** Addresses that the guest behind a port got. */
  addresses?(port: string): string[]
}

/** Guests of one host, and who listens to them. */
export interface DomainTable {
  get(vm: string): SimulatedDomain | undefined
  /** The guest; `DOMAIN_NOT_FOUND` without it. */
  require(vm: string): SimulatedDomain
  all(): SimulatedDomain[]
  define(spec: DomainSpec): SimulatedDomain
  undefine(vm: string): void
  /** Change how a guest behaves, also one that is not defined yet. */
  behave(vm: string, behaviour: Partial<GuestBehaviour>): void
  /** It runs now: it prints and its NICs are plugged. */
  boot(domain: SimulatedDomain): void
  /** It runs no more: streams end, NICs are pulled. */
  halt(domain: SimulatedDomain, state: 'stopped' | 'crashed'): void
  /** Tell the listeners about a change that nobody commanded. */
  announce(domain: SimulatedDomain, reason: string): void
  onChange(listener: (change: HostChange) => void): () => void
  /** Called whenever the state of a guest changed, by command or not. */
  onState(listener: (vm: string) => void): () => void
  reset(): void
}

/** No guests yet. `onHalt` lets go of what a guest had open. */
export function createDomainTable(deps: {
  chassis: string
  cables?: SimulatedCables
  onHalt: (spec: DomainSpec) => void
}): DomainTable {
  const domains = new Map<string, SimulatedDomain>()
  const changes = new Set<(change: HostChange) => void>()
  const states = new Set<(vm: string) => void>()
  const behaviours = new Map<string, GuestBehaviour>()
  const cables = deps.cables

  function behaviourOf(vm: string): GuestBehaviour {
    const behaviour = behaviours.get(vm) ?? { ignoresShutdown: false, hasAgent: true }
    behaviours.set(vm, behaviour)
    return behaviour
  }

  function setState(domain: SimulatedDomain, state: DomainState): void {
    domain.state = state
    for (const listener of states) listener(domain.spec.vm)
  }

  function halt(domain: SimulatedDomain, state: 'stopped' | 'crashed'): void {
    domain.serial.hangUp()
    for (const screen of domain.screens) screen.destroy()
    domain.screens.clear()
    for (const { nic } of domain.spec.nics) cables?.unplug(nic)
    deps.onHalt(domain.spec)
    setState(domain, state)
  }

  return {
    get: (vm) => domains.get(vm),
    require(vm) {
      const domain = domains.get(vm)
      if (!domain) throw new SimulatorError('DOMAIN_NOT_FOUND', `There is no guest ${vm} on this host.`)
      return domain
    },
    all: () => [...domains.values()],
    define(spec) {
      const domain = domains.get(spec.vm) ?? newDomain(spec, behaviourOf(spec.vm))
      domain.spec = structuredClone(spec)
      domains.set(spec.vm, domain)
      return domain
    },
    undefine(vm) {
      domains.delete(vm)
      behaviours.delete(vm)
    },
    behave: (vm, behaviour) => void Object.assign(behaviourOf(vm), behaviour),
    boot(domain) {
      domain.serial.clear()
      domain.serial.print(bootText(domain.spec.hostname))
      for (const { nic } of domain.spec.nics) cables?.plug(nic, deps.chassis)
      setState(domain, 'running')
    },
    halt,
    announce({ spec, state }, reason) {
      for (const listener of changes) listener({ kind: 'domain', vm: spec.vm, state, reason })
    },
    onChange: (listener) => subscribe(changes, listener),
    onState: (listener) => subscribe(states, listener),
    reset() {
      for (const domain of domains.values()) if (domain.state === 'running') halt(domain, 'stopped')
      domains.clear()
      behaviours.clear()
    },
  }
}

function newDomain(spec: DomainSpec, behaviour: GuestBehaviour): SimulatedDomain {
  return {
    spec,
    state: 'stopped',
    serial: createSerialConsole(spec.hostname),
    screens: new Set(),
    behaviour,
  }
}

function subscribe<T>(listeners: Set<T>, listener: T): () => void {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** What a command answers about a guest. */
export function statusOf({ spec, state }: SimulatedDomain): DomainStatus {
  return { vm: spec.vm, state }
}

/** What the guest's agent reports; addresses only where the virtual network is simulated in this process too. */
export function reportedInterfaces(nics: NicSpec[], cables: SimulatedCables | undefined) {
  return nics.map(({ nic, mac }) => ({ mac, addresses: cables?.addresses?.(nic) ?? [] }))
}
