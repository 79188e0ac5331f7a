import { randomUUID } from 'node:crypto'
import { setMaxListeners } from 'node:events'
import type {
  DomainSpec,
  HostInventory,
  HostStatus,
  HypervisorDriver,
  HypervisorHost,
  PrimaryStorageDeps,
  PrimaryStorageDriver,
  PrimaryStorageHost,
} from '@basalt/contracts'
import { realClock, type SimulatedClock } from './clock.ts'
import { createDomainTable, type DomainTable, type SimulatedCables, statusOf } from './domains.ts'
import { SimulatorError, type SimulatorErrorCode } from './errors.ts'
import { createFaultGate, type FaultGate, type Faults } from './faults.ts'
import { gateCommands } from './gate.ts'
import { createSimulatedGuests, type SimulatedGuests } from './guests.ts'
import { createSimulatedHypervisor } from './hypervisor.ts'
import { createLink, type SimulatedLink } from './link.ts'
import { createSimulatedPools, type SimulatedPoolSnapshot, type SimulatedPools } from './pools.ts'
import { closeLayer, createSimulatedStorage, openLayer } from './storage.ts'

export { realClock, type SimulatedClock } from './clock.ts'
export type { GuestBehaviour, SimulatedCables } from './domains.ts'
export { SimulatorError } from './errors.ts'
export type { FaultError, HungCommand } from './faults.ts'
export type { SimulatedGuests } from './guests.ts'
export type { SimulatedLink } from './link.ts'
export { createSimulatedPools, type SimulatedPoolSnapshot, type SimulatedPools } from './pools.ts'

/** A command of a simulated host: `hypervisor.start`, or `start` where no other interface has it too. */
export type SimulatedCommand =
  | keyof HypervisorHost
  | keyof PrimaryStorageHost
  | `hypervisor.${keyof HypervisorHost}`
  | `storage.${keyof PrimaryStorageHost}`

/** Faults of a simulated host. */
export interface SimulatedHostFaults extends Faults<SimulatedCommand> {
  /** The host loses its control plane; work that runs goes on. */
  disconnect(): void
  reconnect(): void
  /** The power fails and comes back: guests are off, consoles and the connection break, the boot id changes. */
  crash(): void
  /** The pool has no space left, until `freePool`. */
  fillPool(pool: string): void
  freePool(pool: string): void
  /** The directory is not mounted on this host, until `mountPool`. */
  unmountPool(path: string): void
  mountPool(path: string): void
  /** The host's clock goes this much ahead, or behind when negative. */
  skewClock(ms: number): void
  /** A part of the host does not work, e.g. `libvirt`; null mends all. */
  breakPart(part: string | null): void
}

/** What a host tells of itself besides its guests. */
interface Ailments {
  clockSkewMs: number
  problems: HostStatus['problems']
}

/** What a simulated host is made of. */
export interface SimulatedHostOptions {
  /** Also its OVN chassis. */
  name: string
  memoryBytes: number
  cpus: number
  /** "Simulated CPU" unless told. */
  cpuModel?: string
  clock?: SimulatedClock
  /** How long a command (`hypervisor.start`) takes, drawn for each call; no time unless told. */
  latencyMs?: (command: string) => number
  /** How long a guest takes to start; 0 unless told. */
  bootMs?: number
  /** Storage that several hosts share; its own unless told. */
  pools?: SimulatedPools
  /** Where guests are plugged in, if the virtual network is simulated in this process. */
  cables?: SimulatedCables
  /** Where images really come from; without it images are taken to be what their source says. */
  openImage?: PrimaryStorageDeps['openImage']
}

/** Guests and storage of a host, for comparison: equal before and after work that left nothing behind. */
export interface SimulatedHostSnapshot {
  domains: { vm: string; state: string; spec: DomainSpec }[]
  /** All storage this host shares, that of other hosts included. */
  pools: SimulatedPoolSnapshot[]
}

export interface SimulatedHost {
  readonly name: string
  readonly hypervisor: HypervisorDriver
  readonly storage: PrimaryStorageDriver
  inventory(): HostInventory
  status(): HostStatus
  /** The kernel's boot id; another one after a crash. */
  bootId(): string
  readonly faults: SimulatedHostFaults
  /** What guests do by themselves. */
  readonly guests: SimulatedGuests
  /** The cable to the control plane, for the agent that serves this host. */
  readonly link: SimulatedLink
  snapshot(): SimulatedHostSnapshot
  /** No guests, no storage (shared storage included), no faults. */
  reset(): void
}

/** A host without guests. */
export function createSimulatedHost(options: SimulatedHostOptions): SimulatedHost {
  const { name, cables, openImage } = options
  const clock = options.clock ?? realClock
  const pools = options.pools ?? createSimulatedPools()
  const place = { host: name, pools }
  const link = createLink()
  const ailments: Ailments = { clockSkewMs: 0, problems: [] }
  let bootId = randomUUID()
  const domains = createDomainTable({ chassis: name, cables, onHalt: (spec) => closeDisks(place, spec) })
  const storage = createSimulatedStorage({ ...place, openImage })
  const hypervisor = createSimulatedHypervisor({
    domains,
    clock,
    cables,
    memoryBytes: options.memoryBytes,
    bootMs: options.bootMs ?? 0,
    openDisks: (spec) => openDisks(place, spec),
  })
  const gate = createFaultGate<SimulatedCommand>({
    clock,
    codeFor,
    latencyMs: options.latencyMs,
    loseReply: () => link.drop(),
  })
  let power = powerOn()
  const crash = () => {
    bootId = randomUUID()
    const failed = power
    power = powerOn()
    losePower(domains)
    failed.agentLost = link.losePower()
    failed.fail(new SimulatorError('HYPERVISOR_UNAVAILABLE', `${name} lost power.`))
  }
  const gated = { gate, power: () => power }

  return {
    name,
    hypervisor: { ...hypervisor, commands: gateCommands('hypervisor', hypervisor.commands, gated) },
    storage: { ...storage, commands: gateCommands('storage', storage.commands, gated) },
    inventory: () => inventoryOf(options),
    status: () => statusOfHost(options, domains, ailments),
    bootId: () => bootId,
    faults: hostFaults({ gate, link, place, ailments, crash }),
    guests: createSimulatedGuests(domains),
    link,
    snapshot: () => ({ domains: snapshotOf(domains), pools: pools.snapshot() }),
    reset() {
      gate.faults.clear()
      domains.reset()
      pools.reset()
      link.connect()
    },
  }
}

function powerOn() {
  const failure = new AbortController()
  // Every command under way listens to it; Node would take more than ten for a leak.
  setMaxListeners(0, failure.signal)
  return { signal: failure.signal, agentLost: false, fail: (reason: Error) => failure.abort(reason) }
}

interface Place {
  host: string
  pools: SimulatedPools
}

function hostFaults(deps: {
  gate: FaultGate<SimulatedCommand>
  link: SimulatedLink
  place: Place
  ailments: Ailments
  crash: () => void
}): SimulatedHostFaults {
  const { ailments } = deps
  const { host, pools } = deps.place
  return {
    ...deps.gate.faults,
    disconnect: () => deps.link.disconnect(),
    reconnect: () => deps.link.connect(),
    crash: deps.crash,
    fillPool: (pool) => pools.fill(pool),
    freePool: (pool) => pools.fill(pool, false),
    unmountPool: (path) => pools.setMounted(host, path, false),
    mountPool: (path) => pools.setMounted(host, path, true),
    skewClock(ms) {
      ailments.clockSkewMs = ms
    },
    breakPart(part) {
      ailments.problems = part === null ? [] : [{ part, message: `${part} does not answer` }]
    },
  }
}

function codeFor(name: string): SimulatorErrorCode {
  if (name === 'hypervisor.start') return 'DOMAIN_START_FAILED'
  return name.startsWith('hypervisor.') ? 'HYPERVISOR_UNAVAILABLE' : 'POOL_UNUSABLE'
}

function openDisks(place: Place, spec: DomainSpec): void {
  try {
    for (const { pool, layer } of spec.disks) openLayer(place, pool, layer, `${place.host}/${spec.vm}`)
  } catch (error) {
    closeDisks(place, spec)
    throw error
  }
}

function closeDisks(place: Place, spec: DomainSpec): void {
  for (const { pool, layer } of spec.disks) closeLayer(place, pool, layer, `${place.host}/${spec.vm}`)
}

function losePower(domains: DomainTable): void {
  for (const domain of domains.all()) if (domain.state !== 'stopped') domains.halt(domain, 'stopped')
}

function snapshotOf(domains: DomainTable): SimulatedHostSnapshot['domains'] {
  const all = domains.all().map(({ spec, state }) => ({ vm: spec.vm, state, spec: structuredClone(spec) }))
  return all.sort((a, b) => (a.vm < b.vm ? -1 : 1))
}

function statusOfHost(
  { memoryBytes, cpus }: SimulatedHostOptions,
  domains: DomainTable,
  { clockSkewMs, problems }: Ailments,
): HostStatus {
  const running = domains.all().filter(({ state }) => state === 'running')
  const usedBytes = running.reduce((sum, { spec }) => sum + spec.memoryBytes, 0)
  const vcpus = running.reduce((sum, { spec }) => sum + spec.vcpus, 0)
  return {
    at: new Date(Date.now() + clockSkewMs).toISOString(),
    loadAverage: Math.min(cpus, vcpus * 0.05),
    memoryAvailableBytes: Math.max(0, memoryBytes - usedBytes),
    domains: domains.all().map(statusOf),
    problems,
  }
}

function inventoryOf({ name, cpus, cpuModel = 'Simulated CPU', memoryBytes }: SimulatedHostOptions): HostInventory {
  return {
    hostname: name,
    architecture: 'x86_64',
    cpu: { model: cpuModel, count: cpus },
    memoryBytes,
    kernel: 'simulated',
    virtualization: 'simulated',
    virtualizationReason: 'The host is simulated: it runs no real guests.',
    versions: { agent: AGENT_VERSION },
    network: { chassis: name, datapath: 'simulated' },
  }
}

const AGENT_VERSION = '0.1.0'
