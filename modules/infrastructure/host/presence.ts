/**
 * Keeps host rows true to what the agents tell: inventory when they connect, `down` when they stay away. Each control-plane node does
 * so for the hosts whose connection it has, or had last, and for those of nodes that do not live.
 */
import { isDeepStrictEqual } from 'node:util'
import type { HostInventory, PoolStatus } from '@basalt/contracts'
import { fencedWriter, type NodeLease, outlast, PLATFORM, Refused, type Settings, type Store } from '@basalt/kernel'
import type { StepContext } from '@basalt/saga'
import { hostGraceMs } from '../infrastructure.settings.ts'
import type { HostRow } from './host.resource.ts'
import type { AgentCalls } from './hosts.ts'

interface ClusterRow {
  cpuOvercommit: number
  reservedMemoryBytes: number
}

export interface PresenceOptions {
  store: Store
  agents: AgentCalls
  lease: NodeLease
  settings: Settings
  /**
   * The host is up: make its pools usable.
   * @param open pools that it has open, and how they fare
   */
  onUp(host: string, open: readonly PoolStatus[], context?: StepContext): Promise<void>
  onError(error: unknown, host: string): void
}

function inventoryFields(inventory: HostInventory, cluster: ClusterRow) {
  const memoryCapacityBytes = Math.max(0, inventory.memoryBytes - cluster.reservedMemoryBytes)
  return {
    hostname: inventory.hostname,
    chassis: inventory.network.chassis,
    tunnelAddress: inventory.network.tunnelAddress ?? '',
    virtualization: inventory.virtualization,
    virtualizationReason: inventory.virtualizationReason,
    cpuModel: inventory.cpu.model,
    cpuCount: inventory.cpu.count,
    memoryBytes: inventory.memoryBytes,
    vcpuCapacity: inventory.cpu.count * cluster.cpuOvercommit,
    memoryCapacityBytes,
    agentVersion: inventory.versions.agent,
    versions: inventory.versions,
  }
}

export interface Presence {
  start(): Promise<void>
  /** Take over what a host told when it connected, once more; false when it is away. */
  refresh(host: string, context: StepContext): Promise<boolean>
  /** Resolves when every host that is waited for is back, or counts as down. */
  settled(): Promise<void>
  stop(): void
}

/** Others change the row of a host all the time: reservations above all. */
const ATTEMPTS = 5
/** So soon after it came back as it was, the row of a host is looked at again: it may have been counted as down in that very moment. */
const LOOK_AGAIN_MS = 5_000
/** As long as hosts come back at such intervals, after a node was lost, the others may be waiting for their turn. */
const STREAM_MS = 2_000
/** The longest that they are given for that. */
const STREAM_LIMIT_MS = 120_000

export function createPresence({ store, agents, lease, settings, onUp, onError }: PresenceOptions): Presence {
  const timers = new Map<string, NodeJS.Timeout>()
  /** Cluster by host, as far as it was needed. */
  const clusters = new Map<string, string>()
  const rising = new Set<string>()
  const settling = new Set<() => void>()
  /** Hosts that are connected to this node. */
  const here = new Set<string>()
  /** Those that came back as they were. */
  const unchanged = new Set<string>()
  let lookingAgain: NodeJS.Timeout | undefined
  let lastArrivalMs = Number.NEGATIVE_INFINITY
  let stopped = false
  let mourned = new Set<string>()

  /** How long this host may be away before it counts as down. */
  const graceMs = (id: string): number =>
    settings.get(hostGraceMs, { kind: 'host', id }, { kind: 'cluster', id: clusters.get(id) ?? '' })

  /**
   * @param news where the host is connected, when that is news, and which pools it has open
   * @param context the saga step that stands behind it; what it writes then only holds while the task is ours
   */
  async function up(
    id: string,
    inventory: HostInventory,
    { open, ...where }: { node?: string; open: readonly PoolStatus[] },
    context?: StepContext,
  ): Promise<void> {
    const { commit } = context ? fencedWriter(store, context) : store
    const host = await store.get<HostRow & Record<string, unknown>>('host', id, PLATFORM)
    const cluster = host && (await store.get<ClusterRow>('cluster', host.cluster, PLATFORM))
    if (!host || !cluster) return
    clusters.set(id, host.cluster)
    const set = { state: 'up', ...where, ...inventoryFields(inventory, cluster) }
    // Thousands come back at once after a restart, and nothing about them has changed.
    const isNews = Object.entries(set).some(([field, value]) => !isDeepStrictEqual(host[field], value))
    try {
      if (!isNews) lookAgain(id)
      else await commit([{ op: 'update', kind: 'host', id, set, from: ['registering', 'up', 'down'] }])
    } catch (error) {
      // It is being abandoned, or was deleted meanwhile.
      if (error instanceof Refused) return
      throw error
    }
    await onUp(id, open, context)
  }

  /** A host that is here must not stay down because that was written while it was found to be up. */
  function lookAgain(id: string): void {
    unchanged.add(id)
    lookingAgain ??= setTimeout(() => {
      lookingAgain = undefined
      const ids = [...unchanged]
      unchanged.clear()
      raise(ids).catch((error: unknown) => {
        for (const each of ids) lookAgain(each)
        onError(error, ids[0] ?? '')
      })
    }, LOOK_AGAIN_MS)
    lookingAgain.unref()
  }
  async function raise(ids: readonly string[]): Promise<void> {
    if (stopped) return
    for (const { id, state } of await store.all<HostRow>('host', { id: ids })) {
      const inventory = state === 'down' && here.has(id) ? await agents.inventory(id) : undefined
      if (inventory) await up(id, inventory, { node: lease.node, open: [] })
    }
  }

  const lives = (node: string): boolean =>
    node !== lease.node && lease.nodes().some(({ name, alive }) => alive && name === node)

  /** What another node that lives has connected is that node's to tell. */
  async function down(id: string): Promise<void> {
    for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
      const host = await store.get<HostRow & { version: number }>('host', id, PLATFORM)
      if (host?.state !== 'up' || agents.connected(id) || lives(host.node)) return
      try {
        const { version } = host
        return await store.commit([{ op: 'update', kind: 'host', id, set: { state: 'down' }, from: ['up'], version }])
      } catch (error) {
        if (!(error instanceof Refused)) throw error
      }
    }
  }

  const isSettled = (): boolean => timers.size === 0 && rising.size === 0
  const tellSettled = (): void => {
    if (!isSettled()) return
    for (const resolve of settling) resolve()
    settling.clear()
  }
  const forget = (id: string): void => {
    clearTimeout(timers.get(id))
    timers.delete(id)
    tellSettled()
  }
  const risen = (id: string): void => {
    rising.delete(id)
    tellSettled()
  }
  /** @param until while others come back, it may take until then */
  const downLater = (id: string, until = 0, ms = graceMs(id)): void => {
    clearTimeout(timers.get(id))
    // Agents that leave because this node stops are no news.
    if (stopped) return
    const timer = setTimeout(() => {
      const now = performance.now()
      if (now < until && now - lastArrivalMs < STREAM_MS) return downLater(id, until, STREAM_MS)
      outlast(
        () => down(id),
        () => !stopped && !agents.connected(id),
      )
        .catch((error: unknown) => onError(error, id))
        .finally(() => timers.get(id) === timer && forget(id))
    }, ms)
    timers.set(id, timer)
  }
  const arrived = (id: string, inventory: HostInventory, open: readonly PoolStatus[]): void => {
    here.add(id)
    rising.add(id)
    lastArrivalMs = performance.now()
    outlast(
      () => up(id, inventory, { node: lease.node, open }),
      () => !stopped && agents.connected(id),
    )
      .catch((error: unknown) => onError(error, id))
      .finally(() => risen(id))
  }

  /** Hosts that were up have the grace to come back, here or elsewhere. */
  async function awaitHosts(isOurs: (host: HostRow) => boolean): Promise<void> {
    for (const host of await store.all<HostRow>('host', { state: 'up' })) {
      if (!isOurs(host) || agents.connected(host.id) || timers.has(host.id)) continue
      clusters.set(host.id, host.cluster)
      downLater(host.id, performance.now() + STREAM_LIMIT_MS)
    }
  }

  /** Hosts of nodes that live no more are looked after by all that do. */
  async function mourn(): Promise<void> {
    const dead = new Set(lease.nodes().flatMap(({ name, alive }) => (alive ? [] : [name])))
    const isNew = [...dead].some((name) => !mourned.has(name))
    mourned = dead
    if (isNew) await awaitHosts(({ node }) => dead.has(node))
  }

  return {
    async start() {
      agents.onConnected(arrived)
      agents.onLocated(forget)
      agents.onDisconnected((id) => {
        here.delete(id)
        downLater(id)
      })
      lease.onRound(mourn)
      lease.onTaken(() => awaitHosts(({ node }) => !lives(node)))
      await awaitHosts(({ node }) => !lives(node))
    },
    async refresh(id, context) {
      const inventory = await agents.inventory(id)
      if (inventory) await up(id, inventory, { open: [] }, context)
      return inventory !== undefined
    },
    settled: () => (isSettled() ? Promise.resolve() : new Promise((resolve) => void settling.add(resolve))),
    stop() {
      stopped = true
      clearTimeout(lookingAgain)
      for (const id of [...timers.keys()]) forget(id)
    },
  }
}
