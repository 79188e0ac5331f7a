import type { ConsoleKind } from '@basalt/contracts'
import type { Identity } from '@basalt/pki'
import {
  type AgentConnection,
  type AgentConnectionOptions,
  type AgentFacts,
  createAgentConnection,
  followOpenPools,
  type Ledger,
} from '@basalt/transport'
import type { SimulatedHost } from './driver.ts'
import type { SimulatedLink } from './link.ts'
import { createMemoryLedger } from './memory-ledger.ts'

export { createMemoryLedger } from './memory-ledger.ts'

/** How a simulated host is connected; what is not here is as in {@link AgentConnectionOptions}. */
export interface SimulatedAgentOptions
  extends Pick<AgentConnectionOptions, 'urls' | 'backoff' | 'onChange' | 'onProblem' | 'onNodes'> {
  host: SimulatedHost
  identity: Identity
  /** Remembers commands; in memory unless told. It stays the caller's to close. */
  ledger?: Ledger
  /** Awaited before it dials: many that share a process must not all dial at once. */
  turn?: () => Promise<void>
}

/** The agent of a simulated host. */
export interface SimulatedAgent {
  /** Uses a renewed certificate from now on. */
  updateIdentity(identity: Identity): void
  /** The agent ends; its host and what it remembers stay, and a new agent may take over. */
  close(): Promise<void>
}

/** How long a stopping agent waits for a command that does not listen. */
const GRACE_MS = 1_000

/**
 * Connects a simulated host to a control plane over the agents' own protocol, and follows the faults of its cable: a pulled cable
 * ends the connection and leaves commands running, a power failure ends the agent and starts it anew with the same memory.
 */
export function createSimulatedAgent(options: SimulatedAgentOptions): SimulatedAgent {
  const { host } = options
  const ledger = options.ledger ?? createMemoryLedger()
  let identity = options.identity
  let life = startLife({ ...options, ledger })
  let restarted = Promise.resolve()

  const stopFollowing = host.link.follow({
    // A connection that is asked to use its identity anew drops what it has and dials again at once.
    dropped: () => life.connection.updateIdentity(identity),
    lostPower() {
      const dying = life.end()
      restarted = restarted.then(() => dying)
      life = startLife({ ...options, identity, ledger, after: dying })
    },
  })
  const stopTelling = host.hypervisor.onChange((change) => life.connection.emit(change))

  return {
    updateIdentity(renewed) {
      identity = renewed
      life.connection.updateIdentity(renewed)
    },
    async close() {
      stopFollowing()
      stopTelling()
      await restarted
      await life.end()
    },
  }
}

interface Life {
  connection: AgentConnection
  end(): Promise<void>
}

/** One run of the agent's process. `after` is the end of the run before. */
function startLife(options: SimulatedAgentOptions & { ledger: Ledger; after?: Promise<void> }): Life {
  const { host } = options
  const over = new AbortController()
  const pools = followOpenPools(host.storage.commands)
  const connection = createAgentConnection({
    ...options,
    async hello() {
      await options.after
      await plugged(host.link, over.signal)
      await options.turn?.()
      return factsOf(host)
    },
    status: async () => host.status(),
    pools: pools.look,
    interfaces: { hypervisor: { ...host.hypervisor.commands }, storage: { ...pools.commands } },
    streams: { vnc: opener(host, 'vnc'), serial: opener(host, 'serial') },
  })
  return {
    connection,
    end() {
      over.abort()
      return connection.close(GRACE_MS)
    },
  }
}

function factsOf(host: SimulatedHost): AgentFacts {
  const inventory = host.inventory()
  return { agentVersion: inventory.versions.agent, bootId: host.bootId(), inventory }
}

function opener({ hypervisor }: SimulatedHost, kind: ConsoleKind) {
  return ({ vm }: { vm: string }) => hypervisor.openConsole({ vm, kind })
}

/** Resolves when the cable is plugged in; rejects when the agent ends. */
async function plugged(link: SimulatedLink, over: AbortSignal): Promise<void> {
  over.throwIfAborted()
  if (!link.isConnected()) await link.nextConnect(over)
}
