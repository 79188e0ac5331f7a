/** What the rest of the platform needs of hosts: their drivers through the agents, and news of them. */
import type { Duplex } from 'node:stream'
import type {
  HostChange,
  HostInventory,
  HostStatus,
  HypervisorHost,
  PoolStatus,
  PrimaryStorageHost,
  Remote,
  StreamKind,
} from '@basalt/contracts'
import type { StepContext } from '@basalt/saga'

/**
 * Calls to the agents of all hosts, whichever control-plane node holds their connections. News of a host comes to the node that holds
 * its connection, and to no other.
 */
export interface AgentCalls {
  /**
   * Rejects with `HOST_DISCONNECTED`, `HOST_TIMEOUT`, or the host's own error.
   * @param context the saga step that stands behind it; absent for what only reads
   */
  call(
    host: string,
    command: string,
    params: unknown,
    options: { context?: StepContext; timeoutMs: number; onProgress?: (percent: number, message?: string) => void },
  ): Promise<unknown>
  openStream(host: string, kind: StreamKind, params: unknown): Promise<Duplex>
  /** Connected to some node that can be reached from here. */
  connected(host: string): boolean
  /** What the host told of itself when it connected; undefined while it is away. */
  inventory(host: string): Promise<HostInventory | undefined>
  /** A host has connected, here or to another node. */
  onLocated(listener: (host: string) => void): void
  /** @param listener.pools how the pools fare that the host had open already */
  onConnected(listener: (host: string, inventory: HostInventory, pools: readonly PoolStatus[]) => void): void
  onDisconnected(listener: (host: string) => void): void
  /**
   * How a host feels: when it connects, when that has changed, and once in a while.
   * @param listener.isRoutine told a moment ago already, by an agent that tells everything all the time: look at what has changed alone
   */
  onStatus(listener: (host: string, status: HostStatus, isRoutine: boolean) => void): void
  onChange(listener: (host: string, change: HostChange) => void): void
}

export interface HostDrivers {
  hypervisor: Remote<HypervisorHost>
  storage: Remote<PrimaryStorageHost>
}

const DEFAULT_TIMEOUT_MS = 120_000

type Options = { onProgress?: (percent: number, message?: string) => void; timeoutMs?: number }

/** A driver interface of a host as an object whose methods are calls to its agent. */
function remote<T>(agents: AgentCalls, host: string, driver: string, context?: StepContext): Remote<T> {
  return new Proxy({} as Remote<T>, {
    get:
      (_, method) =>
      (params: unknown, options: Options = {}) =>
        agents.call(host, `${driver}.${String(method)}`, params, {
          context,
          timeoutMs: options.timeoutMs ?? DEFAULT_TIMEOUT_MS,
          onProgress: options.onProgress,
        }),
  })
}

/** Drivers of a host on behalf of a saga's step, or without one for what only reads. */
export const driversOf = (agents: AgentCalls, host: string, context?: StepContext): HostDrivers => ({
  hypervisor: remote<HypervisorHost>(agents, host, 'hypervisor', context),
  storage: remote<PrimaryStorageHost>(agents, host, 'storage', context),
})
