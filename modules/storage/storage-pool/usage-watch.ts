/** Keeps the mounts true while hosts stay connected: how full their pools are, and whether they can use them. */
import type { PoolStatus } from '@basalt/contracts'
import type { AgentCalls, HostRow } from '@basalt/infrastructure'
import { outlast, PLATFORM, type Settings, type Store } from '@basalt/kernel'
import { usageSeconds } from '../storage.settings.ts'
import { createPoolMounts } from './pool-mounts.ts'

/** @param deps.onError told when a host's pools could not be looked at */
export function createUsageWatch(deps: {
  store: Store
  agents: AgentCalls
  settings: Settings
  onError(error: unknown, host: string): void
}): { start(): void } {
  const { store, agents, settings, onError } = deps
  const mounts = createPoolMounts({ store, agents })
  /** What hosts told last of their pools, while it is being remembered. */
  const latest = new Map<string, readonly PoolStatus[]>()
  /** When hosts are asked next whose agents do not tell. */
  const dueAtMs = new Map<string, number>()

  async function look(id: string): Promise<void> {
    const host = await store.get<HostRow>('host', id, PLATFORM)
    if (host) await mounts.refresh(host)
  }

  function note(host: string, pools: readonly PoolStatus[]): void {
    latest.set(host, pools)
    const isLatest = (): boolean => latest.get(host) === pools
    outlast(() => mounts.note(host, pools), isLatest)
      .catch((error: unknown) => onError(error, host))
      .finally(() => isLatest() && latest.delete(host))
  }

  function ask(host: string): void {
    const now = performance.now()
    const next = now + settings.get(usageSeconds) * 1000
    // Its pools were opened when it connected. A shorter interval counts at once.
    const due = Math.min(dueAtMs.get(host) ?? next, next)
    dueAtMs.set(host, now >= due ? next : due)
    if (now >= due) look(host).catch((error: unknown) => onError(error, host))
  }

  return {
    start() {
      agents.onStatus((host, { pools }) => (pools ? note(host, pools) : ask(host)))
      agents.onDisconnected((host) => {
        latest.delete(host)
        dueAtMs.delete(host)
      })
    },
  }
}
