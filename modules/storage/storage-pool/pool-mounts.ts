/** Makes pools usable on hosts and remembers how full they are there. */
import type { PoolSpec, PoolStatus, PoolUsage, WireError } from '@basalt/contracts'
import { type AgentCalls, driversOf, type HostRow } from '@basalt/infrastructure'
import {
  causeOf,
  conflict,
  derivedId,
  fencedWriter,
  type Operation,
  PLATFORM,
  Problem,
  Refused,
  type Store,
} from '@basalt/kernel'
import { truncated } from '@basalt/resource'
import type { StepContext } from '@basalt/saga'
import type { PoolMountRow } from './pool-mount.resource.ts'
import type { Opening } from './recover-pool.saga.ts'
import type { StoragePoolRow } from './storage-pool.resource.ts'

export const specOf = (pool: Pick<StoragePoolRow, 'id' | 'type' | 'path'>): PoolSpec => ({
  pool: pool.id,
  kind: pool.type,
  path: pool.path,
})

export interface PoolMounts {
  /** Make the pool usable on every connected host of its cluster; rejects with the first host's reason. */
  openOnAll(pool: StoragePoolRow): Promise<void>
  /** Make the pool usable wherever a host is connected; tells how each fared. */
  reopen(pool: StoragePoolRow, initialize: boolean): Promise<Opening[]>
  /**
   * Make every pool of the host's cluster usable on it; one that is not is remembered as unusable, with the reason.
   * @param open what the host has open and can use already is left as it is
   */
  openAllOn(host: HostRow, open?: readonly PoolStatus[]): Promise<void>
  /** Ask a host again how full its pools are, or why it cannot use one. */
  refresh(host: HostRow): Promise<void>
  /** Remember what a host tells of its pools. */
  note(host: string, statuses: readonly PoolStatus[]): Promise<void>
  /** Give its directory free on every connected host of its cluster, and forget where it was usable. */
  closeOnAll(pool: StoragePoolRow): Promise<void>
}

const sameUsage = (one: PoolUsage, other: PoolUsage): boolean =>
  one.totalBytes === other.totalBytes && one.availableBytes === other.availableBytes

const usageOf = ({ totalBytes, availableBytes }: PoolUsage): PoolUsage => ({ totalBytes, availableBytes })

/** What a host tells of itself, as if it had been asked. */
const reported = ({ code, message, remedy }: WireError): Problem =>
  new Problem({ status: 502, code, detail: message, remedy: remedy ?? 'Look at the host, then try again.' })

/** @param deps.context the saga step that stands behind it; what it writes then only holds while the task is ours */
export function createPoolMounts(deps: { store: Store; agents: AgentCalls; context?: StepContext }): PoolMounts {
  const { store, agents, context } = deps
  const { commit } = context ? fencedWriter(store, context) : store

  async function remember(
    pool: StoragePoolRow,
    host: HostRow,
    state: PoolMountRow['state'],
    usage: PoolUsage,
    error?: unknown,
  ): Promise<void> {
    // One mount for a pool and a host, whoever writes it first.
    const id = derivedId(pool.id, host.id)
    const set = { state, ...usage, cause: error ? causeOf(error) : null }
    const [known] = await store.all<PoolMountRow>('poolMount', { id })
    if (known && known.state === state && sameUsage(known, usage) && !error) return
    const write: Operation = known
      ? { op: 'update', kind: 'poolMount', id, set }
      : {
          op: 'insert',
          kind: 'poolMount',
          row: {
            id,
            name: truncated(`${pool.name} on ${host.name}`, 63),
            description: '',
            zone: pool.zone,
            pool: pool.id,
            host: host.id,
            ...set,
          },
        }
    try {
      await commit([
        { op: 'require', kind: 'storagePool', id: pool.id },
        { op: 'require', kind: 'host', id: host.id },
        write,
      ])
    } catch (failure) {
      // The pool or the host was removed meanwhile, or somebody else remembered the same.
      if (!(failure instanceof Refused)) throw failure
    }
  }

  /** By the cluster alone: so thousands of hosts that look at the same time share the look. */
  const poolsOf = async (host: HostRow): Promise<StoragePoolRow[]> =>
    (await store.all<StoragePoolRow>('storagePool', { cluster: host.cluster })).filter(({ state }) => state === 'ready')

  /** Of a host that cannot be asked nothing new is known. */
  async function rememberUnusable(pool: StoragePoolRow, host: HostRow, error: unknown): Promise<void> {
    if (/^HOST_/.test(causeOf(error).code)) return
    await remember(pool, host, 'unusable', { totalBytes: 0, availableBytes: 0 }, error)
  }

  /** A mount that is usable and as full as told: so it is nearly always. */
  async function isKnown(host: string, status: PoolStatus): Promise<boolean> {
    if ('error' in status) return false
    const [known] = await store.all<PoolMountRow>('poolMount', { id: derivedId(status.pool, host) })
    return known?.state === 'usable' && sameUsage(known, status)
  }

  async function open(pool: StoragePoolRow, host: HostRow, initialize = pool.state === 'creating'): Promise<void> {
    const { storage } = driversOf(agents, host.id, context)
    const usage = await storage.open({ pool: specOf(pool), initialize })
    await remember(pool, host, 'usable', usage)
  }

  return {
    async openOnAll(pool) {
      const up = await store.all<HostRow>('host', { cluster: pool.cluster, state: 'up' })
      const here = up.filter(({ id }) => agents.connected(id))
      // After the loss of a node its hosts are on their way to another, and a command waits for them.
      const hosts = here.length > 0 ? here : up
      if (hosts.length === 0)
        throw conflict(
          'NO_HOST',
          'The cluster has no connected host that could use the pool.',
          'Register a host first.',
        )
      // One after the other: the first host marks a shared directory, the others find the mark.
      for (const host of hosts) await open(pool, host)
    },
    async reopen(pool, initialize) {
      const openings: Opening[] = []
      for (const host of (await store.all<HostRow>('host', { cluster: pool.cluster })).filter(({ id }) =>
        agents.connected(id),
      ))
        await open(pool, host, initialize).then(
          () => openings.push({ host: host.name, cause: null }),
          async (error: unknown) => {
            // What a host says of the pool counts; one that could not say is asked again.
            if (!/^POOL_/.test(causeOf(error).code)) throw error
            await rememberUnusable(pool, host, error)
            openings.push({ host: host.name, cause: causeOf(error) })
          },
        )
      return openings
    },
    async openAllOn(host, statuses = []) {
      const usable = new Set(statuses.flatMap((status) => ('error' in status ? [] : [status.pool])))
      for (const pool of await poolsOf(host))
        if (!usable.has(pool.id)) await open(pool, host).catch((error: unknown) => rememberUnusable(pool, host, error))
    },
    async note(id, statuses) {
      const news = (
        await Promise.all(statuses.map(async (status) => ((await isKnown(id, status)) ? [] : [status])))
      ).flat()
      const host = news.length > 0 && (await store.get<HostRow>('host', id, PLATFORM))
      if (!host) return
      const pools = new Map((await poolsOf(host)).map((pool) => [pool.id, pool]))
      for (const status of news) {
        const pool = pools.get(status.pool)
        if (!pool) continue
        if ('error' in status) await rememberUnusable(pool, host, reported(status.error))
        else await remember(pool, host, 'usable', usageOf(status))
      }
    },
    async refresh(host) {
      const { storage } = driversOf(agents, host.id)
      for (const pool of await poolsOf(host))
        await storage.usage({ pool: specOf(pool) }).then(
          (usage) => remember(pool, host, 'usable', usage),
          (error: unknown) => rememberUnusable(pool, host, error),
        )
    },
    async closeOnAll(pool) {
      // A host that is away keeps the mark: its directory is then refused to other pools, and nothing is lost.
      for (const { id } of await store.all<HostRow>('host', { cluster: pool.cluster }))
        if (agents.connected(id)) await driversOf(agents, id, context).storage.close({ pool: specOf(pool) })
      const mounts = await store.all<PoolMountRow>('poolMount', { pool: pool.id })
      if (mounts.length > 0) await commit(mounts.map(({ id }): Operation => ({ op: 'delete', kind: 'poolMount', id })))
    },
  }
}
