import type { ToAgent } from '@basalt/contracts'

/** How long a host may have to keep a result that is safe already. */
const PATIENCE_MS = 500

/**
 * Nothing hangs on it when a host learns that a result is safe: it is told with the next message to it, in one write, or a little later.
 */
export interface Acknowledgements {
  add(hostId: string, id: string): void
  /** What the host is to be told now. */
  take(hostId: string): ToAgent[]
  stop(): void
}

/** @param send has the host told what waits for it */
export function createAcknowledgements(send: (hostId: string) => void): Acknowledgements {
  const waiting = new Map<string, ToAgent[]>()
  let timer: NodeJS.Timeout | undefined

  function sendAll(): void {
    timer = undefined
    for (const hostId of [...waiting.keys()]) send(hostId)
  }
  return {
    add(hostId, id) {
      const known = waiting.get(hostId)
      if (known) known.push({ type: 'acknowledge', id })
      else waiting.set(hostId, [{ type: 'acknowledge', id }])
      timer ??= setTimeout(sendAll, PATIENCE_MS).unref()
    },
    take(hostId) {
      const messages = waiting.get(hostId) ?? []
      waiting.delete(hostId)
      return messages
    },
    stop: () => clearTimeout(timer),
  }
}
