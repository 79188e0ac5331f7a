/**
 * Simulated hosts in processes of their own, which speak the agents' own protocol over mutual TLS. A process plays so many of them as its
 * event loop and its open files bear; they are a cluster with a pool of its own, since what hosts share is in the memory of their process.
 */
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { SimulatedCommand } from '@basalt/hypervisor-sim/host'
import type { Database } from '@basalt/kernel'
import { type NodeProcess, until } from '@basalt/testkit'
import type { Fault } from '../../../apps/simulator/src/schedule.ts'
import { type Child, startChild } from '../load/child.ts'
import { sum } from './processes.ts'
import { addRows, idOf, idSql } from './rows.ts'

export interface FleetHost {
  id: string
  name: string
  index: number
}

export type FleetQuestion =
  | { type: 'begin'; authority: string }
  | { type: 'add'; hosts: FleetHost[]; agentUrls: string[] }
  | { type: 'state' }
  | { type: 'connected' }
  | { type: 'slow'; factor: number }
  | { type: 'follow'; schedule: Fault[] }
  | { type: 'hold'; turns: Held[] }
  | { type: 'letGo' }
  | { type: 'fences' }

/** What a host holds until it lets go, and what it fails to do meanwhile. */
export interface Held {
  holds: SimulatedCommand[]
  fails?: SimulatedCommand
}

/** A host has accepted commands for the resource under this epoch. */
export type HeardFence = [resource: string, epoch: number]

export interface FleetState {
  hosts: number
  connected: number
  /** How many were connected to each node last, by the node's URL for agents. */
  lastConnectedTo: Record<string, number>
  guests: number
  /** How often the faults of the schedule struck. */
  faults: number
  /** Those that were asked for. */
  fences: HeardFence[]
}

export interface Fleet {
  /** Announces so many further hosts in SQL, certifies them and connects them; resolves when all are up. */
  add(count: number): Promise<void>
  state(): Promise<FleetState>
  /** How many there are. */
  size(): number
  /** How many were connected to each of the nodes last: those on their way from one to another count for the former. */
  spread(): Promise<number[]>
  /** Resolves when none is connected any more. */
  allGone(timeoutMs: number): Promise<void>
  /** Resolves with the milliseconds until all are connected and their rows say `up`. */
  allUp(timeoutMs?: number): Promise<number>
  /** From now on hosts take so long: 0 answers at once, 1 as measured on real ones. */
  slow(factor: number): Promise<void>
  /** Faults by schedule from now on; each process chooses among its own hosts. */
  follow(schedule: Fault[]): Promise<void>
  /** Hosts hold commands from now on: by their numbers in turns. */
  hold(turns: Held[]): Promise<void>
  /** What is held goes on, on all hosts. */
  letGo(): Promise<void>
  /** Fences under which hosts have accepted commands since this was asked last. */
  fences(): Promise<HeardFence[]>
  close(): Promise<void>
}

export interface FleetOptions {
  database: Database
  zone: string
  /** Where the nodes keep their authority. */
  authority: string
  /** Nodes that hosts may come to, as now. */
  nodes(): readonly NodeProcess[]
  /** Makes the cluster of the process with this number, from 1 on. */
  addCluster(number: number): Promise<string>
  /** Gives a cluster whose first host is up what its hosts share. */
  equip(cluster: string, number: number): Promise<void>
  latencyFactor?: number
  /** 2,500 unless told. */
  hostsPerProcess?: number
}

/** Longest wait for a host, for each thousand of them. */
const UP_MS_PER_THOUSAND = 60_000
const BATCH = 250
/** To ask many takes their processors from them: asked all the time, 25,000 were not back after 300 s, and else after 143 s. */
const PAUSE_MS_PER_HOST = 1 / 25

interface Part {
  child: Child<FleetQuestion, FleetState>
  cluster: string
  hosts: number
}

function together(states: readonly FleetState[]): FleetState {
  const lastConnectedTo: Record<string, number> = {}
  for (const [url, count] of states.flatMap((state) => Object.entries(state.lastConnectedTo)))
    lastConnectedTo[url] = (lastConnectedTo[url] ?? 0) + count
  const total = (of: 'hosts' | 'connected' | 'guests' | 'faults'): number => sum(states.map((state) => state[of]))
  return {
    hosts: total('hosts'),
    connected: total('connected'),
    lastConnectedTo,
    guests: total('guests'),
    faults: total('faults'),
    fences: states.flatMap(({ fences }) => fences),
  }
}

/** As agents dial it. */
const dialledUrl = ({ agentUrl }: NodeProcess): string => agentUrl.replace(/^https:/, 'wss:')

export function createFleet(options: FleetOptions): Fleet {
  const { database, zone, authority, hostsPerProcess = 2_500 } = options
  let latencyFactor = options.latencyFactor ?? 0
  const parts: Part[] = []
  const hostCount = (): number => sum(parts.map(({ hosts }) => hosts))
  /** Where a node listens for agents may be any of them; each tells of the others. */
  const agentUrls = (): string[] => options.nodes().map(dialledUrl)
  const askAll = (question: FleetQuestion): Promise<FleetState[]> =>
    Promise.all(parts.map(({ child }) => child.ask(question)))

  async function announce(part: Part, count: number): Promise<FleetHost[]> {
    const before = hostCount()
    part.hosts += count
    await addRows(database, 'host', [before + 1, before + count], {
      id: idSql('f', 'i'),
      name: `'sim-' || i`,
      zone: `'${zone}'`,
      cluster: `'${part.cluster}'`,
      state: `'registering'`,
      enabled: 'true',
      chassis: `'sim-' || i`,
    })
    const made = Array.from({ length: count }, (_, each) => before + each + 1)
    return made.map((number) => ({ id: idOf('f', number), name: `sim-${number}`, index: number - 1 }))
  }
  /** One after the other within a process; processes beside each other. */
  async function connect({ child }: Part, hosts: readonly FleetHost[]): Promise<void> {
    for (let at = 0; at < hosts.length; at += BATCH)
      await child.ask({ type: 'add', hosts: hosts.slice(at, at + BATCH), agentUrls: agentUrls() })
  }
  async function begin(): Promise<void> {
    const child: Part['child'] = startChild(join(import.meta.dirname, 'fleet-process.ts'))
    const number = parts.length + 1
    const part: Part = { child, cluster: '', hosts: 0 }
    parts.push(part)
    await child.ask({ type: 'begin', authority })
    await child.ask({ type: 'slow', factor: latencyFactor })
    part.cluster = await options.addCluster(number)
    await connect(part, await announce(part, 1))
    await fleet.allUp()
    await options.equip(part.cluster, number)
  }

  const upCount = async (): Promise<number> => {
    const [row] = await database.query<{ count: number }>(
      `select count(*) as count from host where state = 'up' and id >= '${idOf('f', 0)}'`,
    )
    return row?.count ?? 0
  }
  const connections = async (): Promise<FleetState> => together(await askAll({ type: 'connected' }))
  const connected = async (): Promise<number> => (await connections()).connected
  /** Asks again and again, the less often the more there are. */
  async function seldom(what: string, ask: () => Promise<boolean>, timeoutMs: number): Promise<void> {
    const after = async (): Promise<boolean> => {
      await sleep(hostCount() * PAUSE_MS_PER_HOST)
      return ask()
    }
    await until(what, after, timeoutMs)
  }

  const fleet: Fleet = {
    async add(count) {
      const whole = hostCount() + count
      while (parts.length * hostsPerProcess < whole) await begin()
      const connecting: Promise<void>[] = []
      for (const part of parts) {
        const missing = Math.min(hostsPerProcess - part.hosts, whole - hostCount())
        if (missing > 0) connecting.push(connect(part, await announce(part, missing)))
      }
      await Promise.all(connecting)
      await fleet.allUp()
    },
    state: async () => together(await askAll({ type: 'state' })),
    size: hostCount,
    async spread() {
      const { lastConnectedTo } = await connections()
      return options.nodes().map((node) => lastConnectedTo[dialledUrl(node)] ?? 0)
    },
    allGone: (timeoutMs) => seldom('every agent has noticed', async () => (await connected()) === 0, timeoutMs),
    async allUp(timeoutMs = 30_000 + (hostCount() / 1000) * UP_MS_PER_THOUSAND) {
      const began = performance.now()
      const isAll = async (): Promise<boolean> =>
        (await connected()) === hostCount() && (await upCount()) === hostCount()
      await seldom(`${hostCount()} hosts are up`, isAll, timeoutMs)
      return performance.now() - began
    },
    async slow(factor) {
      latencyFactor = factor
      await askAll({ type: 'slow', factor })
    },
    async follow(schedule) {
      await askAll({ type: 'follow', schedule })
    },
    async hold(turns) {
      await askAll({ type: 'hold', turns })
    },
    async letGo() {
      await askAll({ type: 'letGo' })
    },
    fences: async () => together(await askAll({ type: 'fences' })).fences,
    async close() {
      await Promise.all(parts.map(({ child }) => child.close()))
    },
  }
  return fleet
}
