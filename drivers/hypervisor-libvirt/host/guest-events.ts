import type { LibvirtClient, LifecycleStep } from '@basalt/libvirt'

/** Something libvirt told about a domain: a step of its life, or that its guest agent answers. */
export type GuestEvent = LifecycleStep | 'agentConnected'

type Listener = (vm: string, event: GuestEvent) => void

/** Fans libvirt's events out to those who wait for a guest. */
export interface GuestEvents {
  /** Starts the flow from a new client. */
  subscribe(client: LibvirtClient): Promise<void>
  /** Returns the way to stop. */
  on(listener: Listener): () => void
  /** Resolves with the next event of a guest or after `timeoutMs`, whichever is first; rejects when aborted. */
  next(vm: string, timeoutMs: number, signal: AbortSignal): Promise<void>
}

/** Events without a source as yet. */
export function createGuestEvents(): GuestEvents {
  const listeners = new Set<Listener>()
  const tell = (vm: string, event: GuestEvent): void => {
    for (const listener of listeners) listener(vm, event)
  }
  const on: GuestEvents['on'] = (listener) => {
    listeners.add(listener)
    return () => void listeners.delete(listener)
  }

  return {
    on,
    async subscribe(client) {
      await client.subscribe('lifecycle', ({ domain, event }) => tell(domain.uuid, event))
      await client.subscribe('agentLifecycle', ({ domain, state }) => {
        if (state === 'connected') tell(domain.uuid, 'agentConnected')
      })
    },
    next: (vm, timeoutMs, signal) =>
      new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason)
        const finish = (settle: () => void): void => {
          clearTimeout(timer)
          stop()
          signal.removeEventListener('abort', abort)
          settle()
        }
        const abort = (): void => finish(() => reject(signal.reason))
        const timer = setTimeout(() => finish(resolve), timeoutMs)
        const stop = on((about) => about === vm && finish(resolve))
        signal.addEventListener('abort', abort, { once: true })
      }),
  }
}
