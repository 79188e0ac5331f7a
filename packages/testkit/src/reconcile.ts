/** Reconcilers on request, as an operator runs them. */
import type { FindingRow, ReconcilerRow } from '@basalt/kernel'
import type { CloudEnvironment } from './cloud.ts'

/** Run a reconciler to its end; answers with what it tells of the run. */
export async function reconcile(env: CloudEnvironment, name: string): Promise<ReconcilerRow> {
  const [row] = await env.items('operator', `/v1/reconcilers?name=${name}`)
  if (!row) throw new Error(`there is no reconciler ${name}`)
  return (await env.ok('operator', 'POST', `/v1/reconcilers/${row.id}/run`)) as unknown as ReconcilerRow
}

/** Findings, newest first. */
export async function findings(env: CloudEnvironment, query = ''): Promise<FindingRow[]> {
  return (await env.items('operator', `/v1/findings${query}`)) as unknown as FindingRow[]
}
