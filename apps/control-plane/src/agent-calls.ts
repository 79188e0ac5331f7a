/** The modules' way to the agents, over the connections that this node and the others hold. */
import type { Fence } from '@basalt/contracts'
import type { AgentCalls } from '@basalt/infrastructure'
import { type Breaker, type BreakerTuning, createBreaker, HeldElsewhere, Problem } from '@basalt/kernel'
import type { StepContext } from '@basalt/saga'
import { type AgentHub, type HostRoutes, TransportError } from '@basalt/transport'
import { createAwaitHost } from './host-return.ts'

const fenceOf = ({ resources, fenceEpoch, runId, step }: StepContext): Fence => ({
  resource: resources[0] ?? runId,
  epoch: fenceEpoch,
  task: runId,
  step,
})

const STATUS: Record<string, number> = {
  HOST_DISCONNECTED: 503,
  HOST_OUT_OF_REACH: 503,
  HOST_TIMEOUT: 504,
  GUEST_AGENT_UNAVAILABLE: 409,
  DOMAIN_NOT_FOUND: 409,
  DOMAIN_NOT_RUNNING: 409,
}

/** An error of a host or of the way to it, as callers of the API see it. Other errors are bugs and stay what they are. */
function told(error: unknown): unknown {
  if (!(error instanceof TransportError)) return error
  const { code, message, details } = error
  const remedy = error.remedy ?? 'Look at the host, then try again.'
  const options = { status: STATUS[code] ?? 502, code, detail: message, remedy, cause: error }
  if (code === 'HOST_OUT_OF_REACH') return new HeldElsewhere(String(details?.node), options)
  return new Problem(options)
}

async function telling<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw told(error)
  }
}

const PROBE_TIMEOUT_MS = 5_000
const NO_VM = '00000000-0000-4000-8000-000000000000'

/** Hosts that are connected and do not answer: a driver that hangs keeps callers waiting for one deadline after the other. */
const hostBreaker = (tuning: AgentCallsDeps['tuning']): Breaker =>
  createBreaker({
    tuning,
    isSilence: (error) => error instanceof TransportError && error.code === 'HOST_TIMEOUT',
    refusal: (key, retryAfterSeconds) =>
      new Problem({
        status: 503,
        code: 'HOST_UNRESPONSIVE',
        detail: `The ${key.split('/')[1]} of the host has not answered several times in a row; it is asked again when it answers a probe.`,
        remedy: 'Look at the host: its agent is connected, but what it drives hangs.',
        retryAfterSeconds,
      }),
  })

/** A cheap command to the driver that a command is for. */
function probeOf(command: string, params: unknown): [string, unknown] {
  const { pool } = params as { pool?: unknown }
  return command.startsWith('storage.') && pool ? ['storage.usage', { pool }] : ['hypervisor.observe', { vm: NO_VM }]
}

export interface AgentCallsDeps {
  /** Hosts that are connected here: their news. */
  hub: AgentHub
  /** Hosts wherever they are connected: commands. */
  routes: HostRoutes
  /** Asked before a command is sent. */
  checkLease(): void
  /**
   * A task waits this long for a host that is away, as when its agent restarts, or that is known not to answer; everybody else is told
   * at once.
   */
  graceMs(): number
  /** Of the breaker, as now. */
  tuning?(): Partial<BreakerTuning>
}

/** Layers and guests of a resource are changed by its own task alone, so its id is the fence's key. */
export function createAgentCalls({ hub, routes, checkLease, graceMs, tuning }: AgentCallsDeps): AgentCalls {
  const awaitHost = createAwaitHost(routes, graceMs)
  const breaker = hostBreaker(tuning)
  // What comes back is another session, perhaps another process.
  routes.events.on('connected', ({ hostId }) => breaker.reset(`${hostId}/`))

  async function call(...[host, command, params, options]: Parameters<AgentCalls['call']>): Promise<unknown> {
    const { context, timeoutMs: deadlineMs, onProgress } = options
    const key = `${host}/${command.split('.')[0]}`
    const [probeCommand, probeParams] = probeOf(command, params)
    const probe = () => routes.call(host, probeCommand, probeParams, { deadlineMs: PROBE_TIMEOUT_MS })
    if (!context) return breaker.run(key, () => routes.call(host, command, params, { deadlineMs, onProgress }), probe)
    const { signal } = context
    checkLease()
    await awaitHost(host, signal)
    await breaker.untilClosed(key, graceMs(), signal)
    const fence = fenceOf(context)
    checkLease()
    return breaker.run(key, () => routes.call(host, command, params, { deadlineMs, onProgress, fence, signal }), probe)
  }

  return {
    call: (...request) => telling(call(...request)),
    openStream: (host, kind, params) => telling(routes.openStream(host, kind, params)),
    connected: (host) => routes.host(host) !== undefined,
    inventory: (host) => telling(routes.inventory(host)),
    onLocated: (listener) => routes.events.on('connected', ({ hostId }) => listener(hostId)),
    onConnected: (listener) =>
      hub.events.on('connected', ({ hostId, hello }, status) => listener(hostId, hello.inventory, status?.pools ?? [])),
    onDisconnected: (listener) => hub.events.on('disconnected', (host, how) => how.replaced || listener(host.hostId)),
    onStatus: (listener) =>
      hub.events.on('heartbeat', ({ hostId }, status, isRoutine) => listener(hostId, status, isRoutine)),
    onChange: (listener) => hub.events.on('event', (host, change) => listener(host.hostId, change)),
  }
}
