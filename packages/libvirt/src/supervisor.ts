import type { Connection } from './connection.ts'
import { LibvirtError } from './errors.ts'

/** How long to wait between attempts to reconnect: doubling from `initialDelayMs` to `maxDelayMs`, with jitter. */
export interface ReconnectDelays {
  initialDelayMs: number
  maxDelayMs: number
}

/** What {@link createSupervisor} needs. */
export interface SupervisorDeps {
  /** Opens a connection that is ready for use; `onEnd` is to be called once when it ends, however early. */
  readonly open: (onEnd: (reason: LibvirtError) => void) => Promise<Connection>
  readonly delays: ReconnectDelays
  readonly onDisconnected: (reason: LibvirtError) => void
  readonly onReconnected: () => void
  readonly onReconnectFailed: (error: LibvirtError) => void
}

/** Keeps one connection open. */
export interface Supervisor {
  /** Opens the first connection. Rejects when that fails: there is no second attempt. */
  start(): Promise<void>
  /** The open connection, now or as soon as there is one. Gives `undefined` after `timeoutMs` without. */
  connection(timeoutMs: number): Promise<Connection | undefined>
  /** Why there is no connection at the moment. */
  lastError(): LibvirtError | undefined
  close(): void
}

interface Waiter {
  resolve(connection: Connection | undefined): void
  reject(error: LibvirtError): void
}

/** Opens a connection, and another one whenever it ends, until it is closed. */
export function createSupervisor(deps: SupervisorDeps): Supervisor {
  const waiters = new Set<Waiter>()
  let current: Connection | undefined
  let lastError: LibvirtError | undefined
  let retryTimer: NodeJS.Timeout | undefined
  let closed = false

  const connect = async (): Promise<void> => {
    let endReason: LibvirtError | undefined
    const connection = await deps.open((reason) => {
      endReason = reason
      if (current && current === connection) lost(reason)
    })
    if (closed) connection.close()
    if (endReason) throw endReason
    current = connection
    for (const waiter of waiters) waiter.resolve(connection)
  }

  const lost = (reason: LibvirtError): void => {
    current = undefined
    lastError = reason
    if (closed) return
    deps.onDisconnected(reason)
    scheduleRetry(0)
  }

  const scheduleRetry = (attempt: number): void => {
    if (!closed) retryTimer = setTimeout(() => void retry(attempt), retryDelayMs(deps.delays, attempt))
  }

  const retry = async (attempt: number): Promise<void> => {
    try {
      await connect()
    } catch (error) {
      if (closed) return
      lastError = asLibvirtError(error)
      deps.onReconnectFailed(lastError)
      scheduleRetry(attempt + 1)
      return
    }
    deps.onReconnected()
  }

  const wait = (timeoutMs: number): Promise<Connection | undefined> =>
    new Promise((resolve, reject) => {
      const finish = (action: () => void): void => {
        clearTimeout(timer)
        waiters.delete(waiter)
        action()
      }
      const waiter: Waiter = {
        resolve: (connection) => finish(() => resolve(connection)),
        reject: (error) => finish(() => reject(error)),
      }
      const timer = setTimeout(() => waiter.resolve(undefined), timeoutMs)
      waiters.add(waiter)
    })

  return {
    start: connect,
    connection: async (timeoutMs) => {
      if (closed) throw closedError()
      return current ?? wait(timeoutMs)
    },
    lastError: () => lastError,
    close: () => {
      if (closed) return
      closed = true
      clearTimeout(retryTimer)
      current?.close()
      for (const waiter of waiters) waiter.reject(closedError())
    },
  }
}

/** Half to all of the doubled delay: clients that lost the same daemon must not come back in step. */
function retryDelayMs({ initialDelayMs, maxDelayMs }: ReconnectDelays, attempt: number): number {
  const delayMs = Math.min(maxDelayMs, initialDelayMs * 2 ** Math.min(attempt, 30))
  return delayMs * (0.5 + Math.random() / 2)
}

function closedError(): LibvirtError {
  return new LibvirtError('LIBVIRT_CLOSED', 'The libvirt client has been closed')
}

function asLibvirtError(error: unknown): LibvirtError {
  if (error instanceof LibvirtError) return error
  return new LibvirtError('LIBVIRT_CONNECT_FAILED', 'Cannot reconnect to libvirt', { cause: error })
}
