/** The modules' way to the agents, over the connections that this node holds. */
import type { Fence } from '@basalt/contracts'
import type { AgentCalls } from '@basalt/infrastructure'
import { Problem } from '@basalt/kernel'
import type { StepContext } from '@basalt/saga'
import { type AgentHub, TransportError } from '@basalt/transport'

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

/** Layers and guests of a resource are changed by its own task alone, so its id is the fence's key. */
export function createAgentCalls(hub: AgentHub): AgentCalls {
  return {
    call: (host, command, params, { context, timeoutMs, onProgress }) =>
      telling(
        hub.call(host, command, params, {
          deadlineMs: timeoutMs,
          onProgress,
          // A host that is away for a moment, as when its agent restarts, is waited for; one that is gone is told soon enough.
          ...(context ? { fence: fenceOf(context), signal: context.signal } : {}),
        }),
      ),
    openStream: (host, kind, params) => telling(hub.openStream(host, kind, params)),
    connected: (host) => hub.host(host) !== undefined,
    onConnected: (listener) => hub.events.on('connected', (host) => listener(host.hostId, host.hello.inventory)),
    onDisconnected: (listener) => hub.events.on('disconnected', (host, how) => how.replaced || listener(host.hostId)),
    onStatus: (listener) => hub.events.on('heartbeat', (host, status) => listener(host.hostId, status)),
    onChange: (listener) => hub.events.on('event', (host, change) => listener(host.hostId, change)),
  }
}
