/**
 * The room that hosts have, as those see it who look for some at the same time: read once for all of them, less what others of this node
 * were promised. Of many hosts it is read once for those, too, who come a little later. What counts is the conditional update in the
 * database.
 */
import type { AgentCalls, HostRow } from '@basalt/infrastructure'
import { createBatched, createKept, createKeyedQueue, type KeyedQueue, type Look, type Store } from '@basalt/kernel'
import type { PoolMountRow, StoragePoolRow } from '@basalt/storage'
import type { Candidate, Demand } from './candidate.ts'
import { createRanking, type Ranking } from './ranking.ts'

/** What several look at together. */
export interface View extends Ranking {
  candidates: Candidate[]
  /** Whether promises make it smaller than the database says: then a refusal is no truth yet. */
  isReduced(): boolean
  /** Takes the room out of every view until `settled` is called. */
  promise(host: HostRow, demand: Pick<Demand, 'vcpus' | 'memoryBytes'>): { settled(): void }
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

interface Promised {
  host: string
  vcpus: number
  memoryBytes: number
}

export function createRoom({ store, agents }: { store: Store; agents: Pick<AgentCalls, 'connected'> }): Room {
  const promises = new Set<Promised>()
  const lastTurn = new Map<string, number>()

  async function candidates(zone: string): Promise<Candidate[]> {
    const [hosts, clusters, pools, mounts] = await Promise.all([
      store.all<HostRow>('host', { zone }),
      store.all<{ id: string; architecture: string }>('cluster', { zone }),
      store.all<StoragePoolRow>('storagePool', { zone, state: 'ready' }),
      store.all<PoolMountRow>('poolMount', { zone }),
    ])
    const hostOf = new Map(hosts.map((host) => [host.id, host]))
    const poolOf = new Map(pools.map((pool) => [pool.id, pool]))
    const clusterOf = new Map(clusters.map((cluster) => [cluster.id, cluster]))
    const turns = (mount: PoolMountRow): number => lastTurn.get(mount.id) ?? 0
    return [...mounts]
      .sort((a, b) => turns(a) - turns(b))
      .flatMap(({ id: mount, host: on, pool: of, state, availableBytes, totalBytes }) => {
        const host = hostOf.get(on)
        const pool = poolOf.get(of)
        const cluster = host && clusterOf.get(host.cluster)
        if (!host || !pool || !cluster) return []
        const connected = agents.connected(host.id)
        return [{ host, pool, cluster, connected, mount, usable: state === 'usable', availableBytes, totalBytes }]
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
