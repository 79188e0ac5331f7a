/** What the simulator tells of itself. */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { createMetrics, type Metrics } from '@basalt/observe'

export interface FleetMetrics {
  /** A command came to a host. */
  called(command: string): void
  /** A host's connection changed to this state. */
  changed(state: string): void
  /** A fault of the schedule struck a host. */
  struck(fault: string): void
  readonly all: Metrics
}

export function createFleetMetrics(): FleetMetrics {
  const all = createMetrics()
  const commands = all.counter('simulator_commands', 'Commands that came to hosts.', ['command'])
  const changes = all.counter('simulator_connection_changes', 'Changes of hosts’ connections.', ['state'])
  const faults = all.counter('simulator_faults', 'Faults of the schedule that struck.', ['fault'])
  all.read('simulator_resident_memory_bytes', 'Memory of this process.', () => process.memoryUsage().rss)
  return {
    all,
    called: (command) => commands.add({ command }),
    changed: (state) => changes.add({ state }),
    struck: (fault) => faults.add({ fault }),
  }
}

/** Serves /metrics on this machine only. */
export async function serveMetrics(metrics: Metrics, port: number): Promise<Server> {
  const server = createServer((request, response) => {
    const isMetrics = request.method === 'GET' && request.url === '/metrics'
    response.writeHead(isMetrics ? 200 : 404, { 'content-type': 'text/plain; version=0.0.4' })
    response.end(isMetrics ? metrics.render() : 'There is only /metrics.\n')
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}
