import { type NetworkDriver, type NetworkFence, networkProblem, portProblem } from '@basalt/contracts'
import { connectOvsdb, isOvsdbError, type OvnNb, type OvsdbClient, ovnNb, type TlsMaterial } from '@basalt/ovsdb'
import { compareWithOvn } from './compare.ts'
import { OvnNetworkError, withDriverErrors } from './errors.ts'
import { type ChangePlan, changeFenced, writeLease } from './fenced-changes.ts'
import { planNetwork, planNetworkRemoval } from './networks.ts'
import { NETWORK, OUR_NETWORKS, OUR_PORTS } from './ownership.ts'
import { planPort, planPortRemoval } from './ports.ts'

export { OvnNetworkError } from './errors.ts'

/** Where OVN's northbound database is. */
export interface OvnNetworkOptions {
  /** All members of the northbound cluster: `unix:PATH`, `tcp:HOST:PORT`, `ssl:HOST:PORT`. */
  readonly nb: readonly string[]
  /** Keys for `ssl:` endpoints; a function is asked at every connection attempt. */
  readonly tls?: TlsMaterial | (() => TlsMaterial)
  /** Deadline of each method but `waitPortUp`; 10 s by default. */
  readonly timeoutMs?: number
}

/** What of the northbound schema the driver needs: an OVN that lacks the rest is good enough. */
const NEEDS = {
  NB_Global: ['external_ids'],
  Logical_Switch: ['name', 'ports', 'other_config', 'external_ids'],
  Logical_Switch_Port: ['name', 'addresses', 'port_security', 'dhcpv4_options', 'options', 'up', 'external_ids'],
  DHCP_Options: ['cidr', 'options', 'external_ids'],
} as const

/** The rows whose `up` is waited for. */
const PORT_STATES = { Logical_Switch_Port: { columns: ['name', 'up'], where: OUR_PORTS } } as const

const HEALTH_TIMEOUT_MS = 2_000

/**
 * The OVN network driver: networks become logical switches with DHCP options, nics logical switch ports. It connects
 * at once and stays connected until closed; methods called while OVN is away wait for it within their deadline.
 */
export function createOvnNetworkDriver({ nb: endpoints, tls, timeoutMs = 10_000 }: OvnNetworkOptions): NetworkDriver {
  const nb = connectOvsdb({
    schema: ovnNb,
    endpoints,
    tls,
    needs: NEEDS,
    // Plans read, then write: what a follower shows may be behind what they have just written.
    leaderOnly: true,
    callTimeoutMs: timeoutMs,
  })
  const change = (fence: NetworkFence, plan: ChangePlan) =>
    withDriverErrors(() => changeFenced(nb, fence, timeoutMs, plan))
  const portStates = nb.replicate(PORT_STATES)

  return {
    takeLease: (fence) => withDriverErrors(() => writeLease(nb, fence, timeoutMs)),
    async ensureNetwork(spec, fence) {
      refuse(networkProblem(spec))
      await change(fence, (transaction) => planNetwork(nb, spec, transaction))
    },
    removeNetwork: (network, fence) => change(fence, (transaction) => planNetworkRemoval(nb, network, transaction)),
    async ensurePort(spec, fence) {
      refuse(portProblem(spec))
      await change(fence, (transaction) => planPort(nb, spec, transaction))
    },
    removePort: (port, fence) => change(fence, (transaction) => planPortRemoval(nb, port, transaction)),
    waitPortUp: (port, waitMs, signal) => withDriverErrors(() => waitPortUp(port, waitMs, signal)),
    compare: (wanted, only) => withDriverErrors(() => compareWithOvn(nb, wanted, only)),
    list: () => withDriverErrors(() => list(nb)),
    health: () => health(nb),
    close: nb.close,
  }

  async function waitPortUp(port: string, waitMs: number, signal?: AbortSignal): Promise<void> {
    const isUp = (): boolean =>
      portStates.isCurrent() && portStates.table('Logical_Switch_Port').by('name', port)[0]?.up === true
    try {
      await portStates.waitFor(isUp, { timeoutMs: waitMs, signal })
    } catch (error) {
      if (!isOvsdbError(error, 'deadline exceeded')) throw error
      throw new OvnNetworkError('PORT_NOT_UP', `port ${port} was not up within ${waitMs} ms`, error)
    }
  }
}

/** OVN reads addresses and options out of strings: what is not what it should be could become a part of one. */
function refuse(problem: string | undefined): void {
  if (problem !== undefined) throw new OvnNetworkError('NETWORK_SPEC_INVALID', problem)
}

async function list(nb: OvsdbClient<OvnNb>): ReturnType<NetworkDriver['list']> {
  const found = await nb
    .transaction()
    .select('Logical_Switch', OUR_NETWORKS, ['name'])
    .select('Logical_Switch_Port', OUR_PORTS, ['name', 'up', 'external_ids'])
    .commit()
  const ports = found.rows('Logical_Switch_Port', 1)
  return {
    networks: found.rows('Logical_Switch', 0).map((row) => row.name),
    ports: ports.map((row) => ({
      port: row.name,
      network: row.external_ids[NETWORK] ?? '',
      up: row.up === true,
    })),
  }
}

async function health(nb: OvsdbClient<OvnNb>): ReturnType<NetworkDriver['health']> {
  try {
    await nb.select('NB_Global', {}, { timeoutMs: HEALTH_TIMEOUT_MS })
  } catch (error) {
    if (!isOvsdbError(error)) throw error
    return { ok: false, message: error.message }
  }
  const state = nb.state()
  const where = state.kind === 'ready' ? `${state.endpoint}, schema ${state.serverVersion}` : state.kind
  return { ok: true, message: `OVN northbound at ${where}` }
}
