/** Metrics without a log-in, on loopback only: for a Prometheus, or its agent, on the same machine. */
import { once } from 'node:events'
import { createServer } from 'node:http'
import { METRICS_TYPE } from '@basalt/kernel'
import type { Metrics } from '@basalt/observe'

/** @returns ends it */
export async function serveMetrics(metrics: Metrics, port: number): Promise<() => void> {
  const server = createServer((request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') return void response.writeHead(404).end()
    response.writeHead(200, { 'content-type': METRICS_TYPE, 'cache-control': 'no-store' }).end(metrics.render())
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return () => {
    server.close()
    server.closeAllConnections()
  }
}
