/** Making and counting VMs on a bed. */
import { until } from '@basalt/testkit'
import type { HttpLoad } from '../load/load.ts'
import type { Bed } from './bed.ts'

/** The load asked of all nodes. */
export function atNodes({ nodes, caPem: ca }: Pick<Bed, 'nodes' | 'caPem'>, asked: HttpLoad['asked']): HttpLoad {
  const [url = '', ...others] = nodes.map(({ apiUrl }) => apiUrl)
  return { kind: 'http', url, others, ca, asked }
}

/**
 * @param waits whether the answer comes when the guest runs, or when the task is durable
 * @param networks taken in turns; each has room for 32,767 ports
 */
export function createsOf(bed: Bed, waits: boolean, networks: readonly string[] = [bed.furniture.network]): HttpLoad {
  const { zone, offering, image } = bed.furniture
  const headers = { authorization: `Bearer ${bed.tokens.ada}`, ...(waits ? { prefer: 'wait=300' } : {}) }
  const bodies = networks.map((network) =>
    JSON.stringify({ name: 'vm{n}', zone, offering, image, networks: [{ network }] }),
  )
  return atNodes(
    bed,
    bodies.map((body) => ({ method: 'POST', path: '/v1/vms', headers, body })),
  )
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

/** VMs in the database are the guests on hosts, nothing hangs in between, and what failed says why. */
export async function checkBooks(bed: Bed): Promise<void> {
  const states = await countsByState(bed)
  const between = Object.keys(states).filter((state) => !['running', 'failed'].includes(state))
  if (between.length > 0) throw new Error(`VMs are left in between: ${JSON.stringify(states)}`)
  const [mute] = await bed.database.query<{ count: number }>(
    `select count(*) as count from vm where state = 'failed' and cause is null`,
  )
  if (mute?.count) throw new Error(`${mute.count} VMs have failed without a cause`)
  await until('hosts have the guests that the database knows', async () => {
    const { guests } = await bed.fleet.state()
    return guests === (states.running ?? 0)
  })
}
