/** The modules' way to the agents, over the connections that this node holds. */
import type { Fence } from '@basalt/contracts'
import type { AgentCalls } from '@basalt/infrastructure'
import { Problem } from '@basalt/kernel'
import type { StepContext } from '@basalt/saga'
import { type AgentHub, TransportError } from '@basalt/transport'
import { createAwaitHost } from './host-return.ts'

const fenceOf = ({ resources, fenceEpoch, runId, step }: StepContext): Fence => ({
  resource: resources[0] ?? runId,
  epoch: fenceEpoch,
  task: runId,
  step,
})

const STATUS: Record<string, number> = {
  HOST_DISCONNECTED: 503,
  HOST_TIMEOUT: 504,
  GUEST_AGENT_UNAVAILABLE: 409,
  DOMAIN_NOT_FOUND: 409,
  DOMAIN_NOT_RUNNING: 409,
}

/** An error of a host or of the way to it, as callers of the API see it. Other errors are bugs and stay what they are. */
function told(error: unknown): unknown {
  if (!(error instanceof TransportError)) return error
  const { code, message } = error
  const remedy = error.remedy ?? 'Look at the host, then try again.'
  return new Problem({ status: STATUS[code] ?? 502, code, detail: message, remedy, cause: error })
}

async function telling<T>(work: Promise<T>): Promise<T> {
  try {
    return await work
  } catch (error) {
    throw told(error)
  }
}

/**
 * Layers and guests of a resource are changed by its own task alone, so its id is the fence's key.
 * @param graceMs a task waits this long for a host that is away, as when its agent restarts; everybody else is told at once
 */
export function createAgentCalls(hub: AgentHub, graceMs: () => number): AgentCalls {
  const awaitHost = createAwaitHost(hub, graceMs)

  async function call(...[host, command, params, options]: Parameters<AgentCalls['call']>): Promise<unknown> {
    const { context, timeoutMs: deadlineMs, onProgress } = options
    if (!context) return hub.call(host, command, params, { deadlineMs, onProgress })
    const { signal } = context
    await awaitHost(host, signal)
    return hub.call(host, command, params, { deadlineMs, onProgress, fence: fenceOf(context), signal })
  }

  return {
    call: (...request) => telling(call(...request)),
    openStream: (host, kind, params) => telling(hub.openStream(host, kind, params)),
    connected: (host) => hub.host(host) !== undefined,
    onConnected: (listener) => hub.events.on('connected', (host) => listener(host.hostId, host.hello.inventory)),
    onDisconnected: (listener) => hub.events.on('disconnected', (host, how) => how.replaced || listener(host.hostId)),
    onStatus: (listener) => hub.events.on('heartbeat', (host, status) => listener(host.hostId, status)),
    onChange: (listener) => hub.events.on('event', (host, change) => listener(host.hostId, change)),
  }
}
