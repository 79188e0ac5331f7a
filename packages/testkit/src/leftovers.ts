/** The leftovers check: what exists on hosts, on the network or in the database without a reason. */
import type { SimulatedHost } from '@basalt/hypervisor-sim/host'
import { recount, type Store } from '@basalt/kernel'
import type { SimulatedNetwork } from '@basalt/network-sim/control'

type Rows = { id: string }[]

export async function leftovers(
  store: Store,
  hosts: readonly SimulatedHost[],
  network: SimulatedNetwork,
): Promise<string[]> {
  const ids = async (kind: string): Promise<Set<string>> =>
    new Set(((await store.all(kind, {})) as Rows).map(({ id }) => id))
  const [vms, layers, nics, networks] = await Promise.all(['vm', 'layer', 'nic', 'network'].map(ids))
  const found: string[] = []
  const report = (what: string, id: string, known: Set<string> | undefined): void => {
    if (!known?.has(id)) found.push(`${what} ${id}`)
  }
  for (const host of hosts) {
    const { domains, pools } = host.snapshot()
    for (const { vm } of domains) report(`${host.name}: domain`, vm, vms)
    for (const pool of pools) for (const { layer } of pool.layers) report(`${host.name}: layer`, layer, layers)
  }
  for (const port of network.snapshot().ports) report('port', port.port, nics)
  for (const spec of network.snapshot().networks) report('switch', spec.network, networks)
  return [...found, ...(await orphans(store, vms ?? new Set()))]
}

/** Rows that belong to a VM that is gone, claims of tasks that ended, tasks that never end. */
async function orphans(store: Store, vms: Set<string>): Promise<string[]> {
  const nics = await store.all<{ id: string; vm: string | null }>('nic', {})
  const volumes = await store.all<{ id: string; vm: string | null }>('volume', {})
  const reservations = await store.all<{ id: string }>('reservation', {})
  const claims = await store.database.query<{ resource: string }>(
    'select c.resource from claim c left join task t on t.id = c.task where t.id is null or t.finished_at is not null',
  )
  const hosts = await store.all<{ id: string; name: string; memoryReservedBytes: number; vcpusReserved: number }>(
    'host',
    {},
  )
  const reserved = await store.all<{ host: string; memoryBytes: number; vcpus: number }>('reservation', {})
  const wrongCounts = hosts.filter(({ id, memoryReservedBytes, vcpusReserved }) => {
    const here = reserved.filter(({ host }) => host === id)
    const sum = (pick: (row: { memoryBytes: number; vcpus: number }) => number): number =>
      here.reduce((total, row) => total + pick(row), 0)
    return sum((row) => row.memoryBytes) !== memoryReservedBytes || sum((row) => row.vcpus) !== vcpusReserved
  })
  const miscounted = await recount(store)
  return [
    ...miscounted.map(
      ({ account, metric, counted, actual }) => `quota of ${account}: ${counted} ${metric} counted, ${actual} there`,
    ),
    ...nics.filter(({ vm }) => vm && !vms.has(vm)).map(({ id }) => `nic row ${id}`),
    ...volumes.filter(({ vm }) => vm && !vms.has(vm)).map(({ id }) => `volume row ${id}`),
    ...reservations.filter(({ id }) => !vms.has(id)).map(({ id }) => `reservation row ${id}`),
    ...claims.map(({ resource }) => `claim on ${resource}`),
    ...wrongCounts.map(({ name }) => `${name}: reserved room does not add up`),
  ]
}
