/** What goes to the agents and comes back, counted. */
import type { Metrics } from '@basalt/observe'
import type { CallEnd } from '@basalt/transport'

const BUCKETS = [0.005, 0.025, 0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 300] as const

/** @returns takes each call when it is over */
export function observeAgents(metrics: Metrics, connected: () => number): (call: CallEnd) => void {
  metrics.read('basalt_agents_connected', 'Host agents that are connected to this node.', connected)
  const calls = metrics.counter('basalt_agent_calls', 'Commands to agents that are over.', ['command', 'outcome'])
  const durations = metrics.histogram('basalt_agent_call_duration_seconds', 'From the command to its result.', {
    labels: ['command'],
    buckets: BUCKETS,
  })
  return ({ command, outcome, durationMs }) => {
    calls.add({ command, outcome })
    durations.observe(durationMs / 1000, { command })
  }
}
