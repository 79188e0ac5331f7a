/** `GET /metrics`: for Prometheus, as an operator. */
import type { Metrics } from '@basalt/observe'
import type { Database } from '../database.ts'
import type { Route } from '../module.ts'
import { authorizeDiagnosis } from '../observe/diagnosis-rights.ts'

/** As Prometheus' text format is called. */
export const METRICS_TYPE = 'text/plain; version=0.0.4; charset=utf-8'

export const metricsRoute = (metrics: Metrics, database: Database): Route => ({
  method: 'GET',
  path: '/metrics',
  admission: 'always',
  operation: {
    operationId: 'metrics.get',
    summary: 'Metrics of this node in the text format of Prometheus.',
    responses: { '200': { description: 'Metrics.', content: { 'text/plain': { schema: { type: 'string' } } } } },
  },
  async handle({ caller, reply }) {
    await authorizeDiagnosis(database, caller)
    return reply.type(METRICS_TYPE).header('cache-control', 'no-store').send(metrics.render())
  },
})
