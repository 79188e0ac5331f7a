/** Keeps the mounts true while hosts stay connected: how full their pools are, and whether they can use them. */
import type { AgentCalls, HostRow } from '@basalt/infrastructure'
import { PLATFORM, type Store } from '@basalt/kernel'
import { createPoolMounts } from './pool-mounts.ts'

const EVERY_MS = 30_000

/** @param deps.onError told when a host's pools could not be looked at */
export function createUsageWatch(deps: {
  store: Store
  agents: AgentCalls
  onError(error: unknown, host: string): void
}): { start(): void } {
  const { store, agents, onError } = deps
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
        // Its pools were opened when it connected.
        const due = dueAtMs.get(host) ?? now + EVERY_MS
        dueAtMs.set(host, now >= due ? now + EVERY_MS : due)
        if (now >= due) look(host).catch((error: unknown) => onError(error, host))
      })
      agents.onDisconnected((host) => dueAtMs.delete(host))
    },
  }
}
