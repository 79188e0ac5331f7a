/** The modules' way to the agents, over the connections that this node holds. */
import type { Fence } from '@basalt/contracts'
import type { AgentCalls } from '@basalt/infrastructure'
import type { StepContext } from '@basalt/saga'
import type { AgentHub } from '@basalt/transport'

const fenceOf = ({ resources, fenceEpoch, runId, step }: StepContext): Fence => ({
  resource: resources[0] ?? runId,
  epoch: fenceEpoch,
  task: runId,
  step,
})

/** Layers and guests of a resource are changed by its own task alone, so its id is the fence's key. */
export function createAgentCalls(hub: AgentHub): AgentCalls {
  return {
    call: (host, command, params, { context, timeoutMs, onProgress }) =>
      hub.call(host, command, params, {
        deadlineMs: timeoutMs,
        onProgress,
        // A host that is away for a moment, as when its agent restarts, is waited for; one that is gone is told soon enough.
        ...(context ? { fence: fenceOf(context), signal: context.signal } : {}),
      }),
    openStream: (host, kind, params) => hub.openStream(host, kind, params),
    connected: (host) => hub.host(host) !== undefined,
    onConnected: (listener) => hub.events.on('connected', (host) => listener(host.hostId, host.hello.inventory)),
    onDisconnected: (listener) => hub.events.on('disconnected', (host, how) => how.replaced || listener(host.hostId)),
    onStatus: (listener) => hub.events.on('heartbeat', (host, status) => listener(host.hostId, status)),
    onChange: (listener) => hub.events.on('event', (host, change) => listener(host.hostId, change)),
  }
}
