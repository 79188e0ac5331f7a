/**
 * The room that hosts have, as those see it who look for some at the same time: read once for all of them, less what others of this node
 * were promised. Of many hosts it is read once for those, too, who come a little later. What counts is the conditional update in the
 * database.
 */
import type { AgentCalls } from '@basalt/infrastructure'
import { createBatched, createKept, createKeyedQueue, type KeyedQueue, type Look, type Store } from '@basalt/kernel'
import type { StoragePoolRow } from '@basalt/storage'
import type { Candidate, Demand, PlacedHost } from './candidate.ts'
import { createRanking, type Ranking } from './ranking.ts'

/** What several look at together. */
export interface View extends Ranking {
  candidates: Candidate[]
  /** Whether promises make it smaller than the database says: then a refusal is no truth yet. */
  isReduced(): boolean
  /** Takes the room out of every view until `settled` is called. */
  promise(host: PlacedHost, demand: Pick<Demand, 'vcpus' | 'memoryBytes'>): { settled(): void }
}

/** To be shared by all of a node that look for room. */
export interface Room {
  /** As the database has it. */
  candidates(zone: string): Promise<Candidate[]>
  look(zone: string): Promise<Look<View>>
  /** Those whom a view refused look one after the other in a zone, so that each sees the room that those before it took. */
  queue: KeyedQueue
  /** When each mount was chosen last: so that equals take turns. */
  lastTurn: Map<string, number>
}

/** A second for ten thousand. */
const CANDIDATES_PER_MS = 10

/** A host and one of the pools that it has, with no more of both than placement looks at: of ten thousand every column counts. */
type MountedHost = PlacedHost &
  Pick<Candidate, 'mount' | 'usable' | 'availableBytes' | 'totalBytes'> & { pool: string; cluster: string }

const MOUNTED_HOSTS = `select m.id as mount, m.pool, h.cluster, m.state = 'usable' as usable, m.available_bytes as "availableBytes",
  m.total_bytes as "totalBytes", h.id, h.name, h.chassis, h.state, h.enabled, h.vcpu_capacity as "vcpuCapacity",
  h.vcpus_reserved as "vcpusReserved", h.memory_capacity_bytes as "memoryCapacityBytes", h.memory_reserved_bytes as "memoryReservedBytes"
  from pool_mount m join host h on h.id = m.host where m.zone = $1 order by m.created_at, m.id`

interface Promised {
  host: string
  vcpus: number
  memoryBytes: number
}

export function createRoom({ store, agents }: { store: Store; agents: Pick<AgentCalls, 'connected'> }): Room {
  const promises = new Set<Promised>()
  const lastTurn = new Map<string, number>()

  async function candidates(zone: string): Promise<Candidate[]> {
    const [mounts, clusters, pools] = await Promise.all([
      store.database.query<MountedHost>(MOUNTED_HOSTS, [zone]),
      store.all<{ id: string; architecture: string }>('cluster', { zone }),
      store.all<StoragePoolRow>('storagePool', { zone, state: 'ready' }),
    ])
    const poolOf = new Map(pools.map((pool) => [pool.id, pool]))
    const clusterOf = new Map(clusters.map((cluster) => [cluster.id, cluster]))
    // What is promised on a host counts for all its pools.
    const hosts = new Map<string, Candidate['host']>()
    const turns = (mount: MountedHost): number => lastTurn.get(mount.mount) ?? 0
    return mounts
      .sort((a, b) => turns(a) - turns(b))
      .flatMap(({ mount, pool: of, cluster: within, usable, availableBytes, totalBytes, ...row }) => {
        const [pool, cluster] = [poolOf.get(of), clusterOf.get(within)]
        if (!pool || !cluster) return []
        const host = hosts.get(row.id) ?? row
        hosts.set(row.id, host)
        return [
          { host, pool, cluster, connected: agents.connected(host.id), mount, usable, availableBytes, totalBytes },
        ]
      })
  }

  function viewOf(found: Candidate[], promised: ReadonlySet<Promised>): View {
    const hosts = new Map(found.map(({ host }) => [host.id, host]))
    let isReduced = false
    const reduce = ({ host, vcpus, memoryBytes }: Promised): void => {
      const row = hosts.get(host)
      if (!row) return
      isReduced = true
      row.vcpusReserved += vcpus
      row.memoryReservedBytes += memoryBytes
    }
    for (const one of promised) reduce(one)
    return {
      candidates: found,
      ...createRanking(found),
      isReduced: () => isReduced,
      promise({ id: host }, { vcpus, memoryBytes }) {
        const own = { host, vcpus, memoryBytes }
        promises.add(own)
        reduce(own)
        return { settled: () => void promises.delete(own) }
      },
    }
  }

  const look = createBatched<View>(async (zones) => {
    // What is promised now may be written by the time the rows are here: counted twice, perhaps, but never left out.
    const before = [...promises]
    const views = zones.map(async (zone): Promise<[string, View]> => {
      const found = await candidates(zone)
      return [zone, viewOf(found, new Set([...before, ...promises]))]
    })
    return new Map(await Promise.all(views))
  })

  return {
    candidates,
    look: createKept(look, (view) => Math.floor(view.candidates.length / CANDIDATES_PER_MS)),
    queue: createKeyedQueue(),
    lastTurn,
  }
}
