/** Keeps the mounts true while hosts stay connected: how full their pools are, and whether they can use them. */
import type { AgentCalls, HostRow } from '@basalt/infrastructure'
import { PLATFORM, type Settings, type Store } from '@basalt/kernel'
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
  const dueAtMs = new Map<string, number>()

  async function look(id: string): Promise<void> {
    const host = await store.get<HostRow>('host', id, PLATFORM)
    if (host) await mounts.refresh(host)
  }

  return {
    start() {
      agents.onStatus((host) => {
        const now = performance.now()
        const next = now + settings.get(usageSeconds) * 1000
        // Its pools were opened when it connected. A shorter interval counts at once.
        const due = Math.min(dueAtMs.get(host) ?? next, next)
        dueAtMs.set(host, now >= due ? next : due)
        if (now >= due) look(host).catch((error: unknown) => onError(error, host))
      })
      agents.onDisconnected((host) => dueAtMs.delete(host))
    },
  }
}
