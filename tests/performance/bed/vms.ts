/** Making and counting VMs on a bed. */
import type { HttpLoad } from '../load/load.ts'
import type { Bed } from './bed.ts'

/** @param waits whether the answer comes when the guest runs, or when the task is durable */
export function createsOf({ node, caPem: ca, tokens, furniture }: Bed, waits: boolean): HttpLoad {
  const { zone, offering, image, network } = furniture
  const body = JSON.stringify({ name: 'vm{n}', zone, offering, image, networks: [{ network }] })
  const headers = { authorization: `Bearer ${tokens.ada}`, ...(waits ? { prefer: 'wait=300' } : {}) }
  return { kind: 'http', url: node.apiUrl, ca, asked: [{ method: 'POST', path: '/v1/vms', headers, body }] }
}

export async function countsByState({ database }: Bed): Promise<Record<string, number>> {
  const rows = await database.query<{ state: string; count: number }>(
    'select state, count(*) as count from vm group by state',
  )
  return Object.fromEntries(rows.map(({ state, count }) => [state, count]))
}

export async function openTasks({ database }: Bed): Promise<number> {
  const [row] = await database.query<{ count: number }>('select count(*) as count from task where finished_at is null')
  return row?.count ?? 0
}
