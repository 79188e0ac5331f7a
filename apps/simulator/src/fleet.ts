/** All simulated hosts of this process. They share nothing but the pools that are shared by kind. */
import { createSimulatedAgent, type SimulatedAgent } from '@basalt/hypervisor-sim/agent'
import { createSimulatedHost, createSimulatedPools, type SimulatedHost } from '@basalt/hypervisor-sim/host'
import type { Ledger } from '@basalt/transport'
import { modelOf } from './host-models.ts'
import type { FleetMetrics } from './metrics.ts'
import type { RegisteredHost } from './registration.ts'

export interface Fleet {
  readonly hosts: readonly SimulatedHost[]
  /** Connects one more. */
  add(host: RegisteredHost, index: number): void
  connected(): number
  /** How many were connected to each node last, by the URL that they dialled. */
  lastConnectedTo(): Record<string, number>
  close(): Promise<void>
}

export interface FleetOptions {
  /** Where hosts that are added connect first. */
  agentUrls(): readonly string[]
  latencyMs(command: string): number
  metrics: FleetMetrics
  /** What a host remembers of its commands; in memory unless told. */
  ledger?(): Ledger
  log(line: string): void
}

/** Hosts that lose their control plane come back spread over so long: thousands at once would be a storm. */
const BACKOFF = { firstMs: 500, longestMs: 15_000 }

/** Connections that are being made at once: with more of them in one process, each would take longer than anybody waits. */
const DIALS_AT_ONCE = 64

/** Turns of all agents of this process. */
function createTurns(atOnce: number): { take(): Promise<void>; give(): void } {
  const waiting: (() => void)[] = []
  let free = atOnce
  return {
    async take() {
      if (free > 0) free--
      else await new Promise<void>((resolve) => void waiting.push(resolve))
    },
    give() {
      const next = waiting.shift()
      if (next) next()
      else free++
    },
  }
}

export function createFleet({ agentUrls, latencyMs, metrics, ledger, log }: FleetOptions): Fleet {
  const hosts: SimulatedHost[] = []
  const agents: SimulatedAgent[] = []
  const connected = new Set<string>()
  /** URLs by names of hosts. */
  const lastUrls = new Map<string, string>()
  const shared = createSimulatedPools()
  const turns = createTurns(DIALS_AT_ONCE)

  return {
    hosts,
    connected: () => connected.size,
    lastConnectedTo() {
      const counts: Record<string, number> = {}
      for (const url of lastUrls.values()) counts[url] = (counts[url] ?? 0) + 1
      return counts
    },
    add({ name, identity }, index) {
      const { cpus, memoryBytes, cpuModel, diskBytes } = modelOf(index)
      // Directories of one host are as large as its model says; shared ones are everybody's.
      const own = createSimulatedPools({ totalBytes: diskBytes })
      const pools = {
        ...shared,
        directory: (...at: Parameters<typeof own.directory>) =>
          (at[1].kind === 'local' ? own : shared).directory(...at),
      }
      let hasTurn = false
      const endTurn = (): void => {
        if (hasTurn) turns.give()
        hasTurn = false
      }
      const host = createSimulatedHost({ name, cpus, memoryBytes, cpuModel, pools, latencyMs })
      host.faults.onCall(metrics.called)
      hosts.push(host)
      agents.push(
        createSimulatedAgent({
          host,
          urls: agentUrls(),
          identity,
          ledger: ledger?.(),
          backoff: BACKOFF,
          async turn() {
            // Its former connection may have ended without being made.
            endTurn()
            await turns.take()
            hasTurn = true
          },
          onChange({ state, url }) {
            if (state !== 'connecting') endTurn()
            if (state === 'connected') {
              connected.add(name)
              lastUrls.set(name, url)
            } else connected.delete(name)
            metrics.changed(state)
          },
          onProblem: (error) => log(`${name}: ${(error as Error).message}`),
        }),
      )
    },
    async close() {
      await Promise.all(agents.map((agent) => agent.close()))
    },
  }
}
