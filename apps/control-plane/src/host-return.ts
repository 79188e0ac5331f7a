/** Patience with hosts that are away for a moment, as when their agent restarts. */
import type { HostRoutes } from '@basalt/transport'

/** Resolves when the host is here, has been away for too long, or `signal` says that nobody waits any more. */
export type AwaitHost = (host: string, signal: AbortSignal) => Promise<void>

/** @param graceMs how long a host may have been away; one that was never here counts from now on */
export function createAwaitHost(routes: Pick<HostRoutes, 'events' | 'host'>, graceMs: () => number): AwaitHost {
  const madeAt = performance.now()
  const leftAt = new Map<string, number>()
  const waiting = new Map<string, Set<() => void>>()
  routes.events.on('disconnected', ({ hostId }, { replaced }) => {
    if (!replaced) leftAt.set(hostId, performance.now())
  })
  routes.events.on('connected', ({ hostId }) => {
    leftAt.delete(hostId)
    for (const resolve of waiting.get(hostId) ?? []) resolve()
  })

  return (host, signal) =>
    new Promise((resolve) => {
      const leftMs = graceMs() - (performance.now() - (leftAt.get(host) ?? madeAt))
      if (routes.host(host) || signal.aborted || leftMs <= 0) return resolve()
      const here = waiting.get(host) ?? new Set()
      waiting.set(host, here)
      const end = (): void => {
        clearTimeout(timer)
        signal.removeEventListener('abort', end)
        here.delete(end)
        if (here.size === 0) waiting.delete(host)
        resolve()
      }
      const timer = setTimeout(end, leftMs)
      signal.addEventListener('abort', end, { once: true })
      here.add(end)
    })
}
