/** Keeps host rows true to what the agents tell: inventory when they connect, `down` when they stay away. */
import type { HostInventory } from '@basalt/contracts'
import { fencedWriter, outlast, PLATFORM, Refused, type Settings, type Store } from '@basalt/kernel'
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
  settings: Settings
  /** The host is up: make its pools usable, compare its guests. */
  onUp(host: string, context?: StepContext): Promise<void>
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
  /** After `start`: resolves when every host that was up is back, or counts as down. */
  settled(): Promise<void>
  stop(): void
}

export function createPresence({ store, agents, settings, onUp, onError }: PresenceOptions): Presence {
  const timers = new Map<string, NodeJS.Timeout>()
  /** Cluster by host, as far as it was needed. */
  const clusters = new Map<string, string>()
  let stopped = false
  const awaited = new Set<string>()
  const settled = deferred()
  const arrived = (id: string): void => {
    if (awaited.delete(id) && awaited.size === 0) settled.resolve()
  }

  /** How long this host may be away before it counts as down. */
  const graceMs = (id: string): number =>
    settings.get(hostGraceMs, { kind: 'host', id }, { kind: 'cluster', id: clusters.get(id) ?? '' })

  /** @param context the saga step that stands behind it; what it writes then only holds while the task is ours */
  async function up(id: string, inventory: HostInventory, context?: StepContext): Promise<void> {
    const { commit } = context ? fencedWriter(store, context) : store
    const host = await store.get<HostRow>('host', id, PLATFORM)
    const cluster = host && (await store.get<ClusterRow>('cluster', host.cluster, PLATFORM))
    if (!host || !cluster) return
    clusters.set(id, host.cluster)
    const set = { state: 'up', ...inventoryFields(inventory, cluster) }
    try {
      await commit([{ op: 'update', kind: 'host', id, set, from: ['registering', 'up', 'down'] }])
    } catch (error) {
      // It is being abandoned, or was deleted meanwhile.
      if (error instanceof Refused) return
      throw error
    }
    await onUp(id, context)
  }

  async function down(id: string): Promise<void> {
    if (agents.connected(id)) return
    try {
      await store.commit([{ op: 'update', kind: 'host', id, set: { state: 'down' }, from: ['up'] }])
    } catch (error) {
      // It was down already, or was deleted meanwhile.
      if (!(error instanceof Refused)) throw error
    }
  }

  const forget = (id: string): void => {
    clearTimeout(timers.get(id))
    timers.delete(id)
  }
  const downLater = (id: string): void => {
    forget(id)
    // Agents that leave because this node stops are no news.
    if (stopped) return
    timers.set(
      id,
      setTimeout(() => {
        outlast(
          () => down(id),
          () => !stopped && !agents.connected(id),
        )
          .catch((error: unknown) => onError(error, id))
          .finally(() => arrived(id))
      }, graceMs(id)),
    )
  }

  return {
    async start() {
      agents.onConnected((id, inventory) => {
        forget(id)
        outlast(
          () => up(id, inventory),
          () => !stopped && agents.connected(id),
        )
          .catch((error: unknown) => onError(error, id))
          .finally(() => arrived(id))
      })
      agents.onDisconnected(downLater)
      // Hosts that were up when the control plane stopped have the same grace to come back.
      for (const { id, cluster } of await store.all<HostRow>('host', { state: 'up' }))
        if (!agents.connected(id)) {
          clusters.set(id, cluster)
          awaited.add(id)
          downLater(id)
        }
      if (awaited.size === 0) settled.resolve()
    },
    async refresh(id, context) {
      const inventory = agents.inventory(id)
      if (inventory) await up(id, inventory, context)
      return inventory !== undefined
    },
    settled: () => settled.promise,
    stop() {
      stopped = true
      for (const id of [...timers.keys()]) forget(id)
    },
  }
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {}
  const promise = new Promise<void>((settle) => {
    resolve = settle
  })
  return { promise, resolve }
}
