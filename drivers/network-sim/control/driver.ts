import {
  type NetworkDriver,
  type NetworkFence,
  type NetworkSpec,
  networkProblem,
  type PortSpec,
  portProblem,
} from '@basalt/contracts'
import { createFaultGate, type Faults, type SimulatedClock, SimulatorError } from '@basalt/hypervisor-sim/faults'
import { createBindings } from './bindings.ts'
import { compareInventories } from './compare.ts'
import { refuseNetworkConflict, refusePortConflict } from './conflicts.ts'
import { PortTable } from './port-table.ts'

/** A method of the network driver that faults may strike. */
export type SimulatedNetworkCommand = Exclude<keyof NetworkDriver, 'close'>

export interface SimulatedNetworkOptions {
  clock?: SimulatedClock
  /** Ports come up as soon as a chassis may claim them: for hosts that are simulated in another process. */
  autoUp?: boolean
  /** What was there before; leases are taken anew. */
  saved?: SimulatedNetworkSnapshot
  /** Told of each change before it is answered. */
  onChange?(change: SimulatedNetworkChange): void
}

export type SimulatedNetworkChange =
  | { ensureNetwork: NetworkSpec }
  | { removeNetwork: string }
  | { ensurePort: PortSpec }
  | { removePort: string }

/** All that was asked for, for comparison: equal before and after work that left nothing behind. */
export interface SimulatedNetworkSnapshot {
  networks: NetworkSpec[]
  ports: PortSpec[]
}

/** A virtual network in memory. */
export interface SimulatedNetwork {
  /** One connection to it; several share the networks and the leases. */
  connect(): NetworkDriver
  /** A guest's NIC appeared on a chassis. Its port is up when that is the chassis that may claim it. */
  plug(port: string, chassis: string): void
  unplug(port: string): void
  /** The address the network's DHCP server gives to a port. */
  addresses(port: string): string[]
  readonly faults: Faults<SimulatedNetworkCommand> & {
    /** Let the backend be away, or back. */
    setAvailable(available: boolean): void
  }
  /** Change what there is behind everybody's back, as somebody with the backend's own tools can; null takes it away. */
  readonly tamper: {
    network(network: string, change: Partial<NetworkSpec> | null): void
    port(port: string, change: Partial<PortSpec> | null): void
  }
  snapshot(): SimulatedNetworkSnapshot
  /** No networks, no leases, no faults; plugged NICs stay plugged. */
  reset(): void
}

/** A virtual network, empty unless told. */
export function createSimulatedNetwork(options: SimulatedNetworkOptions = {}): SimulatedNetwork {
  const { saved } = options
  const networks = new Map(saved?.networks.map((spec): [string, NetworkSpec] => [spec.network, spec]))
  const ports = new PortTable(saved?.ports)
  const epochs = new Map<string, number>()
  const bindings = createBindings({ ports, autoUp: options.autoUp ?? false })
  const gate = createFaultGate<SimulatedNetworkCommand>({ clock: options.clock, codeFor: () => UNAVAILABLE })
  let available = true

  /** As OVN does it: the condition on the epoch and the change are one transaction. */
  function change(
    name: SimulatedNetworkCommand,
    fence: NetworkFence,
    done: SimulatedNetworkChange,
    apply: () => void,
  ): Promise<void> {
    return gate.run(name, undefined, async () => {
      requireAvailable(available)
      requireEpoch(epochs, fence)
      apply()
      options.onChange?.(done)
      bindings.changed()
    })
  }

  function connect(): NetworkDriver {
    let open = true
    const reach = () => requireAvailable(available && open)
    return {
      takeLease: (fence) =>
        gate.run('takeLease', undefined, async () => {
          reach()
          takeLease(epochs, fence)
        }),
      ensureNetwork: (spec, fence) =>
        change('ensureNetwork', fence, { ensureNetwork: spec }, () => {
          reach()
          refuse(networkProblem(spec))
          refuseNetworkConflict(spec, networks.values())
          networks.set(spec.network, structuredClone(spec))
        }),
      removeNetwork: (network, fence) =>
        change('removeNetwork', fence, { removeNetwork: network }, () => {
          reach()
          requireEmpty(network, ports.countIn(network))
          networks.delete(network)
        }),
      ensurePort: (spec, fence) =>
        change('ensurePort', fence, { ensurePort: spec }, () => {
          reach()
          refuse(portProblem(spec))
          const network = networks.get(spec.network)
          if (!network) throw notFound(spec.network)
          refusePortConflict(spec, network, ports)
          ports.set(spec.port, structuredClone(spec))
        }),
      removePort: (port, fence) =>
        change('removePort', fence, { removePort: port }, () => {
          reach()
          ports.delete(port)
        }),
      waitPortUp: (port, timeoutMs, signal) =>
        gate.run('waitPortUp', signal, async () => {
          reach()
          await bindings.waitUp(port, timeoutMs, signal)
        }),
      compare: (wanted, only) =>
        gate.run('compare', undefined, async () => {
          reach()
          return compareInventories(wanted, { networks: [...networks.values()], ports: [...ports.values()] }, only)
        }),
      list: () =>
        gate.run('list', undefined, async () => {
          reach()
          const found = [...ports.values()].map(({ port, network }) => ({ port, network, up: bindings.isUp(port) }))
          return { networks: [...networks.keys()], ports: found }
        }),
      health: () =>
        gate.run('health', undefined, async () => {
          const ok = available && open
          return { ok, message: ok ? 'The network is simulated.' : 'The simulated network does not answer.' }
        }),
      async close() {
        open = false
      },
    }
  }

  return {
    connect,
    plug: bindings.plug,
    unplug: bindings.unplug,
    addresses(port) {
      const spec = ports.get(port)
      return spec && bindings.isUp(port) ? [spec.address] : []
    },
    faults: {
      ...gate.faults,
      setAvailable(next) {
        available = next
      },
    },
    tamper: {
      network: (network, change) => tamperWith(networks, network, change),
      port(port, change) {
        tamperWith(ports, port, change)
        bindings.changed()
      },
    },
    snapshot: () => ({ networks: sorted(networks), ports: sorted(ports) }),
    reset() {
      gate.faults.clear()
      available = true
      networks.clear()
      ports.clear()
      epochs.clear()
      bindings.changed()
    },
  }
}

/** A specification that is not there becomes what `change` says, which then must be all of it. */
function tamperWith<Spec>(specs: Map<string, Spec>, id: string, change: Partial<Spec> | null): void {
  if (change === null) specs.delete(id)
  else specs.set(id, { ...specs.get(id), ...change } as Spec)
}

const UNAVAILABLE = 'NETWORK_BACKEND_UNAVAILABLE'

function refuse(problem: string | undefined): void {
  if (problem !== undefined) throw new SimulatorError('NETWORK_SPEC_INVALID', `${problem}.`)
}

function requireAvailable(available: boolean): void {
  if (!available) throw new SimulatorError(UNAVAILABLE, 'The simulated network does not answer.')
}

function takeLease(epochs: Map<string, number>, { node, epoch }: NetworkFence): void {
  const standing = epochs.get(node) ?? 0
  if (standing > epoch) throw stale({ node, epoch })
  epochs.set(node, epoch)
}

function requireEpoch(epochs: Map<string, number>, fence: NetworkFence): void {
  if (epochs.get(fence.node) !== fence.epoch) throw stale(fence)
}

function stale({ node, epoch }: NetworkFence): SimulatorError {
  return new SimulatorError('STALE_EPOCH', `Node ${node} does not hold the lease with epoch ${epoch} (any more).`)
}

function notFound(network: string): SimulatorError {
  return new SimulatorError('NETWORK_NOT_FOUND', `There is no network ${network}.`)
}

function requireEmpty(network: string, ports: number): void {
  if (ports === 0) return
  throw new SimulatorError('NETWORK_IN_USE', `Network ${network} has ${ports} ports.`, {
    remedy: 'Remove its ports first.',
  })
}

function sorted<T>(specs: Map<string, T>): T[] {
  const byId = [...specs].sort(([a], [b]) => (a < b ? -1 : 1))
  return byId.map(([, spec]) => structuredClone(spec))
}
