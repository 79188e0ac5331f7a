import { setTimeout as sleep } from 'node:timers/promises'
import type { PortSpec } from '@basalt/contracts'
import { SimulatorError } from '@basalt/hypervisor-sim/faults'

/** Which port is plugged where, and so which ports are up. */
export interface Bindings {
  plug(port: string, chassis: string): void
  unplug(port: string): void
  isUp(port: string): boolean
  /** Resolves when the port is up; `PORT_NOT_UP` after `timeoutMs`. */
  waitUp(port: string, timeoutMs: number, signal?: AbortSignal): Promise<void>
  /** Ports changed: look again. */
  changed(): void
}

/** Nothing plugged. A port is up while it is plugged on the chassis that may claim it. */
export function createBindings({ ports, autoUp }: { ports: Map<string, PortSpec>; autoUp: boolean }): Bindings {
  const plugged = new Map<string, string>()
  const watchers = new Set<() => void>()

  function changed(): void {
    for (const watcher of watchers) watcher()
  }

  function isUp(port: string): boolean {
    const chassis = ports.get(port)?.chassis ?? null
    return chassis !== null && (autoUp || plugged.get(port) === chassis)
  }

  return {
    changed,
    isUp,
    plug(port, chassis) {
      plugged.set(port, chassis)
      changed()
    },
    unplug(port) {
      plugged.delete(port)
      changed()
    },
    async waitUp(port, timeoutMs, signal) {
      signal?.throwIfAborted()
      if (isUp(port)) return
      const up = new AbortController()
      const watcher = () => {
        if (isUp(port)) up.abort()
      }
      watchers.add(watcher)
      try {
        await sleep(timeoutMs, undefined, { signal: signal ? AbortSignal.any([up.signal, signal]) : up.signal })
      } catch (error) {
        if (!up.signal.aborted) throw signal?.aborted ? signal.reason : error
      } finally {
        watchers.delete(watcher)
      }
      if (up.signal.aborted || isUp(port)) return
      throw new SimulatorError('PORT_NOT_UP', `Port ${port} was not up within ${timeoutMs} ms.`, {
        remedy: 'Look at the host that should carry it.',
      })
    },
  }
}
