/** Network drivers by fabric, opened when first needed. */
import type { NetworkDriver, NetworkFence } from '@basalt/contracts'
import {
  type Breaker,
  type BreakerTuning,
  causeOf,
  createBreaker,
  invalidField,
  type NodeLease,
  Problem,
  type Store,
  withDeadline,
} from '@basalt/kernel'
import type { StepContext } from '@basalt/saga'
import { checked, createFences, type Fenced } from './fences.ts'

export interface FabricRow {
  id: string
  zone: string
  driver: 'ovn' | 'simulated'
  northbound: string
  firstTunnelKey: number
  lastTunnelKey: number
}

export type OpenNetworkDriver = (fabric: Pick<FabricRow, 'driver' | 'northbound'>) => NetworkDriver

export interface Fabrics {
  /** The driver of a fabric, with this node's lease on it taken, and nodes that lost theirs shut out. */
  driver(fabric: string): Promise<NetworkDriver>
  /** What every change carries. */
  readonly fence: NetworkFence
  /** The same on behalf of a saga's step: it ends with the step, and with the lease under which the step began. */
  within(context: StepContext): Fabrics
  /** Refuses a fabric whose database does not answer. */
  probe(fabric: Pick<FabricRow, 'driver' | 'northbound'>): Promise<void>
  close(): Promise<void>
}

/** How long fabrics may take. */
export interface FabricPatience {
  /** For one change; the driver has a deadline of its own, which is shorter. */
  callTimeoutMs: number
  compareTimeoutMs: number
  /** A refusal comes quickly; what took longer, and then was not there, had kept its caller waiting. */
  silenceMs: number
  /** Of the breaker, as now. */
  tuning?(): Partial<BreakerTuning>
}

const PATIENCE: FabricPatience = {
  callTimeoutMs: 30_000,
  compareTimeoutMs: 120_000,
  silenceMs: 1_000,
}

const silent = (detail: string, retryAfterSeconds = 5): Problem =>
  new Problem({
    status: 503,
    code: 'NETWORK_BACKEND_UNAVAILABLE',
    detail,
    remedy: 'Look at the northbound database of the fabric: it must run and be reachable.',
    retryAfterSeconds,
  })

const fabricBreaker = ({ silenceMs, tuning }: FabricPatience): Breaker =>
  createBreaker({
    tuning,
    isSilence: (error, tookMs) => tookMs >= silenceMs && causeOf(error).code === 'NETWORK_BACKEND_UNAVAILABLE',
    refusal: (_, retryAfterSeconds) =>
      silent(
        'The fabric has not answered several times in a row; it is asked again when it answers a probe.',
        retryAfterSeconds,
      ),
  })

const late = (): Problem => silent('The fabric did not answer in time.')

async function requireHealth(driver: NetworkDriver, timeoutMs: number): Promise<void> {
  const { ok, message } = await withDeadline(driver.health(), timeoutMs, late)
  if (!ok) throw silent(message)
}

/** The driver behind deadlines and a breaker. */
function guarded(driver: NetworkDriver, fabric: string, breaker: Breaker, patience: FabricPatience): NetworkDriver {
  const { callTimeoutMs, compareTimeoutMs } = patience
  const call = <T>(work: () => Promise<T>, timeoutMs = callTimeoutMs): Promise<T> =>
    breaker.run(
      fabric,
      () => withDeadline(work(), timeoutMs, late),
      () => requireHealth(driver, callTimeoutMs),
    )
  return {
    takeLease: (fence) => call(() => driver.takeLease(fence)),
    ensureNetwork: (spec, fence) => call(() => driver.ensureNetwork(spec, fence)),
    removeNetwork: (network, fence) => call(() => driver.removeNetwork(network, fence)),
    ensurePort: (spec, fence) => call(() => driver.ensurePort(spec, fence)),
    removePort: (port, fence) => call(() => driver.removePort(port, fence)),
    compare: (wanted, only) => call(() => driver.compare(wanted, only), compareTimeoutMs),
    list: () => call(() => driver.list()),
    // They have deadlines that their callers name, and waiting is what they are for.
    waitPortUp: (port, timeoutMs, signal) => driver.waitPortUp(port, timeoutMs, signal),
    health: () => driver.health(),
    close: () => driver.close(),
  }
}

export function createFabrics(deps: {
  store: Store
  open: OpenNetworkDriver
  lease: NodeLease
  patience?: Partial<FabricPatience>
}): Fabrics {
  const { store, open, lease } = deps
  const drivers = new Map<string, Promise<Fenced>>()
  const patience = { ...PATIENCE, ...deps.patience }
  const breaker = fabricBreaker(patience)
  const fences = createFences(lease)

  async function connect(fabric: string): Promise<Fenced> {
    const [row] = await store.all<FabricRow>('fabric', { id: fabric })
    if (!row) throw new Error(`the fabric ${fabric} is gone`)
    const driver = open(row)
    try {
      const fenced = fences.begin(guarded(driver, fabric, breaker, patience))
      await withDeadline(fences.raise({ ...fenced, driver }), patience.callTimeoutMs, late)
      return fenced
    } catch (error) {
      await driver.close()
      throw error
    }
  }

  /** Whether a fabric that could not be opened answers now. */
  async function probe(fabric: string): Promise<void> {
    const [row] = await store.all<FabricRow>('fabric', { id: fabric })
    if (!row) return
    const driver = open(row)
    await requireHealth(driver, patience.callTimeoutMs).finally(() => driver.close())
  }

  function connection(fabric: string): Promise<Fenced> {
    const known = drivers.get(fabric)
    if (known) return known
    const opening = breaker.run(
      fabric,
      () => connect(fabric),
      () => probe(fabric),
    )
    drivers.set(fabric, opening)
    // A fabric that did not answer is tried anew by the next who needs it; this caller learns of it by its own promise.
    opening.catch(() => drivers.delete(fabric))
    return opening
  }

  /** @param check asked before each change whether it may still be made */
  async function driverFor(fabric: string, check: () => void): Promise<NetworkDriver> {
    check()
    const fenced = await connection(fabric)
    await fences.raise(fenced)
    return checked(fenced.driver, check)
  }

  const fabrics: Fabrics = {
    get fence() {
      return fences.own()
    },
    driver: (fabric) => driverFor(fabric, lease.check),
    within({ signal }) {
      const check = (): void => {
        signal.throwIfAborted()
        lease.check()
      }
      return { ...fabrics, fence: fences.own(), driver: (fabric) => driverFor(fabric, check) }
    },
    async probe(fabric) {
      const driver = open(fabric)
      try {
        const health = await driver.health()
        if (!health.ok)
          throw invalidField(
            'northbound',
            `does not answer: ${health.message}`,
            'Check the address, and that the database listens there.',
          )
      } finally {
        await driver.close()
      }
    },
    async close() {
      breaker.close()
      const opened = await Promise.allSettled(drivers.values())
      await Promise.all(
        opened.map((result) => (result.status === 'fulfilled' ? result.value.driver.close() : undefined)),
      )
    },
  }
  return fabrics
}
